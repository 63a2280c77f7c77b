/* SPDX-License-Identifier: Apache-2.0 */
/* What an empty store shows: the logs that were found here, and keys for what to do with them. */
#include "views/dash.h"
#include "views/figure.h"

#define TEXT_BYTES 1024
#define FIRST_COLUMN 3

enum welcome_action { WELCOME_IMPORT = ACTION_PANE, WELCOME_DEMO, WELCOME_ZONE };

bool welcome_shows(const struct dash *d)
{
	return d->has_places && d->calls == 0 && !d->is_demo;
}

/* --- lines ----------------------------------------------------------------------------------- */

struct page {
	struct surface *s;
	int y, end, cols;
};

static void put_line(struct page *p, struct str text, enum role role, unsigned attrs)
{
	if (p->y < p->end)
		surface_put_cut(p->s, p->y, FIRST_COLUMN, p->cols - 2 * FIRST_COLUMN, text, role,
			attrs);
	p->y++;
}

static void add_bytes(struct buf *out, int64_t bytes)
{
	static const char units[] = "kMGT";
	int64_t unit = 1000;
	size_t i = 0;

	while (units[i + 1] && bytes / unit >= 1000) {
		unit *= 1000;
		i++;
	}
	buf_addf(out, "%lld.%lld %cB", (long long)(bytes / unit),
		(long long)(bytes % unit * 10 / unit), units[i]);
}

static int most(int a, int b)
{
	return a > b ? a : b;
}

static int widest_label(const struct dash *d)
{
	int cells = 0;

	for (size_t i = 0; i < d->place_count; i++)
		cells = most(cells, text_cells(d->places[i].label));
	return cells < 30 ? cells : 30;
}

static void put_place(struct page *p, const struct dash_place *place, int label_cells)
{
	struct buf text = BUF_INIT(TEXT_BYTES);
	int x = FIRST_COLUMN + 2, end = p->cols - FIRST_COLUMN, size_cells;

	buf_add_grouped(&text, place->files);
	buf_addz(&text, place->files == 1 ? " file, " : " files, ");
	add_bytes(&text, place->bytes);
	size_cells = text_cells(buf_str(&text));
	if (p->y < p->end && x + label_cells + size_cells + 4 < end) {
		surface_put_cut(p->s, p->y, x, label_cells, place->label, ROLE_ACCENT, 0);
		surface_put_cut(p->s, p->y, x + label_cells + 2,
			end - x - label_cells - size_cells - 4, place->path, ROLE_TEXT, 0);
		surface_put_right(p->s, p->y, end - size_cells, size_cells, buf_str(&text),
			ROLE_DIM, 0);
	}
	p->y++;
	buf_release(&text);
}

static void put_places(const struct dash *d, struct page *p)
{
	int cells = widest_label(d);

	if (d->place_count == 0) {
		put_line(p, STR("No agent's logs were found on this machine."), ROLE_TEXT, 0);
		put_line(p, STR("`llmlab import PATH` reads logs, CSV or JSON lines."), ROLE_DIM,
			0);
		return;
	}
	put_line(p, STR("Agents' logs were found here:"), ROLE_TEXT, 0);
	p->y++;
	for (size_t i = 0; i < d->place_count; i++)
		put_place(p, &d->places[i], cells);
}

static void put_key(struct page *p, const struct dash *d, int action, const char *help)
{
	struct buf text = BUF_INIT(TEXT_BYTES);
	struct str keys = action == WELCOME_IMPORT ? STR("<Enter>") :
		keymap_keys(d->keymap, welcome_scope.name, action);
	int x = FIRST_COLUMN + 2;

	if (p->y < p->end) {
		surface_put_cut(p->s, p->y, x, 9, keys, ROLE_ACCENT, ATTR_BOLD);
		surface_put_cut(p->s, p->y, x + 10, p->cols - x - 10 - FIRST_COLUMN, str_of(help),
			ROLE_TEXT, 0);
	}
	p->y++;
	buf_release(&text);
}

static void put_keys(const struct dash *d, struct page *p)
{
	struct buf zone = BUF_INIT(TEXT_BYTES);

	if (d->place_count)
		put_key(p, d, WELCOME_IMPORT,
			d->is_read_only ? "cannot read them in: the store is read-only" :
			"read them in; nothing leaves this machine");
	put_key(p, d, WELCOME_DEMO, "how to look around with made-up calls");
	buf_addf(&zone, "days begin at midnight of %s; another time zone", d->zone_name);
	put_key(p, d, WELCOME_ZONE, zone.at);
	p->y++;
	put_line(p, STR("Logs of another machine:"), ROLE_TEXT, 0);
	put_line(p, STR("  ssh laptop tar c .claude/projects | llmlab import - --machine laptop"),
		ROLE_LINK, 0);
	buf_release(&zone);
}

void welcome_draw(struct dash *d, struct surface *s, struct rect body)
{
	struct page page = { s, body.y + 1, body.y + body.rows, body.cols };

	put_line(&page, STR("This store is empty."), ROLE_ACCENT, ATTR_BOLD);
	page.y++;
	put_places(d, &page);
	page.y++;
	put_keys(d, &page);
}

/* --- keys ------------------------------------------------------------------------------------ */

bool welcome_act(struct dash *d, bool is_global, int action)
{
	if (is_global && action == ACTION_ENTER) {
		if (d->place_count)
			dash_act(d, ACTION_IMPORT);
		return true;
	}
	if (is_global) /* those of the pane, which does not show */
		return action >= ACTION_UP && action < ACTION_PANE;
	switch ((enum welcome_action)action) {
	case WELCOME_IMPORT:
		dash_act(d, ACTION_IMPORT);
		break;
	case WELCOME_DEMO:
		dash_toast(d, false, "`llmlab demo` makes a store of its own and shows it");
		break;
	case WELCOME_ZONE:
		dash_act(d, ACTION_ZONE);
		break;
	}
	return true;
}

static const struct binding bindings[] = {
	{ WELCOME_IMPORT, "import", "i", "import",
		"read the logs that were found (so does Enter)" },
	{ WELCOME_DEMO, "demo", "d", "demo", "how to see made-up calls" },
	{ WELCOME_ZONE, "zone", "Z", "time zone", "where the days begin" },
};

const struct keymap_scope welcome_scope = {
	.name = "welcome",
	.bindings = bindings,
	.count = sizeof(bindings) / sizeof(bindings[0]),
};
