/* SPDX-License-Identifier: Apache-2.0 */
/* A full-screen program that is given keys. */
#include "bench/player.h"

#include <poll.h>

#define START_PATIENCE_NS (10 * NS_PER_S)
#define START_PAUSE_NS (NS_PER_S / 5)
#define STEP_PATIENCE_NS (NS_PER_S / 2)
#define REST_POLL_MS 100
#define ROWS 24        /* down and up again in a round: past the table's last line */
#define PAGES 6
#define RESIZES 8
#define SMALL_COLS 100
#define SMALL_ROWS 30
#define SLOW_BYTES_PER_S 14400
#define HELD_KEYS 60
#define HELD_EVERY_NS (NS_PER_S / 60)
#define HELD_TURN 8    /* so many down, so many up: never at an end for long */

static const struct str sync_end = STR_INIT("\033[?2026l"); /* of each frame */

static double ms_between(int64_t since_ns, int64_t at_ns)
{
	return (double)(at_ns - since_ns) / (double)NS_PER_MS;
}

enum ll_err player_start(struct player *p, const struct part *part, const struct child *program,
	const char *word, struct err *err)
{
	int64_t until_ns = clock_mono_ns() + START_PATIENCE_NS;
	struct burst burst;
	enum ll_err code;

	*p = (struct player){ .part = part };
	code = pty_start(&p->pty, program, err);
	if (code != LL_OK)
		return code;
	do
		burst = pty_burst(&p->pty, START_PATIENCE_NS);
	while (burst.bytes && word && pty_count(&p->pty, str_of(word)) == 0);
	if (burst.bytes == 0)
		return ll_fail(err, LL_EIO, "'%s' does not show %s", part->name,
			word ? word : "anything");
	p->paint_ms = ms_between(p->pty.start_ns, burst.last_ns);
	while (pty_burst(&p->pty, START_PAUSE_NS).bytes && clock_mono_ns() < until_ns)
		continue;
	return LL_OK;
}

void player_stop(struct player *p)
{
	if (p->part)
		pty_stop(&p->pty);
}

/* --- steps --------------------------------------------------------------------------------- */

/* What has been done at since_ns is answered now. */
static void take_sample(struct player *p, struct samples *s, int64_t since_ns)
{
	struct burst burst = pty_burst(&p->pty, STEP_PATIENCE_NS);

	if (burst.bytes == 0) {
		s->unanswered++;
		return;
	}
	PRE(s->count < PLAYER_SAMPLES_MAX);
	s->first_ms[s->count] = ms_between(since_ns, burst.first_ns);
	s->last_ms[s->count] = ms_between(since_ns, burst.last_ns);
	s->reads[s->count] = (double)burst.reads;
	s->bytes[s->count++] = (double)burst.bytes;
}

static void press(struct player *p, enum act act, const char *key, size_t times)
{
	for (size_t i = 0; i < times; i++) {
		int64_t since_ns;

		pty_clear(&p->pty);
		since_ns = clock_mono_ns();
		pty_send(&p->pty, str_of(key));
		take_sample(p, &p->acts[act], since_ns);
	}
}

/* Not measured. */
static void press_quietly(struct player *p, const char *keys)
{
	pty_send(&p->pty, str_of(keys));
	(void)pty_burst(&p->pty, STEP_PATIENCE_NS);
}

static void type(struct player *p)
{
	char letter[] = "x";

	press_quietly(p, p->part->filter);
	for (const char *at = p->part->word; *at; at++) {
		letter[0] = *at;
		press(p, ACT_LETTER, letter, 1);
	}
	press_quietly(p, p->part->leave);
}

static void resize(struct player *p)
{
	for (int i = 0; i < RESIZES; i++) {
		bool is_small = i % 2 == 0;
		int64_t since_ns;

		pty_clear(&p->pty);
		since_ns = clock_mono_ns();
		pty_resize(&p->pty, is_small ? SMALL_COLS : PTY_COLS,
			is_small ? SMALL_ROWS : PTY_ROWS);
		take_sample(p, &p->acts[ACT_RESIZE], since_ns);
	}
}

void player_act(struct player *p, enum act act)
{
	const struct part *part = p->part;

	switch (act) {
	case ACT_ROW:
		press(p, act, part->down, ROWS);
		press(p, act, part->up, ROWS);
		break;
	case ACT_PAGE:
		press(p, act, part->page_down, PAGES);
		press(p, act, part->page_up, PAGES);
		break;
	case ACT_LETTER:
		type(p);
		break;
	case ACT_RESIZE:
		resize(p);
		break;
	}
}

/* --- rest ---------------------------------------------------------------------------------- */

void players_rest(struct player *players, size_t count, int64_t rest_ns)
{
	int64_t until_ns;

	for (size_t i = 0; i < count; i++) {
		pty_clear(&players[i].pty);
		players[i].rest = child_usage(players[i].pty.pid);
	}
	until_ns = clock_mono_ns() + rest_ns;
	while (clock_mono_ns() < until_ns) {
		for (size_t i = 0; i < count; i++)
			while (pty_read(&players[i].pty, 0))
				continue;
		poll(NULL, 0, REST_POLL_MS);
	}
	for (size_t i = 0; i < count; i++) {
		struct usage *rest = &players[i].rest, now = child_usage(players[i].pty.pid);

		players[i].rest_bytes = players[i].pty.text.len;
		*rest = (struct usage){ .cpu_ns = now.cpu_ns - rest->cpu_ns,
			.wakeups = now.wakeups - rest->wakeups, .anon_mb = now.anon_mb };
	}
}

/* --- keys held down ------------------------------------------------------------------------- */

static void hold(struct player *p, const char *down, const char *up, struct hold *out)
{
	int64_t at_ns = clock_mono_ns();
	struct burst burst;

	pty_clear(&p->pty);
	p->pty.bytes_per_s = SLOW_BYTES_PER_S;
	for (int i = 0; i < HELD_KEYS; i++, at_ns += HELD_EVERY_NS) {
		while (clock_mono_ns() < at_ns)
			if (!pty_read(&p->pty, at_ns))
				break;
		buf_clear(&p->pty.text);
		p->pty.answered = 0;
		pty_send(&p->pty, str_of(i / HELD_TURN % 2 ? up : down));
	}
	at_ns = clock_mono_ns();
	burst = pty_burst(&p->pty, STEP_PATIENCE_NS);
	out->ms = burst.bytes ? ms_between(at_ns, burst.last_ns) : 0;
	out->frames = (double)pty_count(&p->pty, sync_end) - 1;
	p->pty.bytes_per_s = 0;
}

void player_hold(struct player *p)
{
	hold(p, p->part->down, p->part->up, &p->row);
	hold(p, p->part->page_down, p->part->page_up, &p->page);
}
