/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where each agent keeps its logs, by the environment:
 *
 *	Claude Code  $CLAUDE_CONFIG_DIR (several, with commas), else $XDG_CONFIG_HOME/claude or
 *	             ~/.config/claude, and ~/.claude; in each `projects`
 *	Codex CLI    $CODEX_HOME or ~/.codex; `sessions` and `archived_sessions`
 *	pi           $PI_AGENT_DIR (several, with commas: directories of sessions), else
 *	             $PI_CODING_AGENT_DIR/sessions or ~/.pi/agent/sessions
 *	Gemini CLI   $GEMINI_DATA_DIR or ~/.gemini; `tmp`
 *	opencode     $OPENCODE_DATA_DIR or $XDG_DATA_HOME/opencode or ~/.local/share/opencode;
 *	             opencode*.db, and the older storage/message
 */
#include "ingest/places.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "ingest/decoders.h"
#include "ingest/files.h"

struct place_list {
	struct log_place *at;
	size_t count, cap;
};

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static bool has_place(const struct place_list *list, const char *path)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->at[i].path, path) == 0)
			return true;
	return false;
}

/* Adds a place once, under its real path where it exists. */
static void add(struct place_list *list, const struct decoder *decoder, const char *path)
{
	struct log_place place = { .decoder = decoder };
	char real[PATH_MAX];

	place.exists = realpath(path, real) != NULL;
	if (snprintf(place.path, sizeof(place.path), "%s", place.exists ? real : path) >=
		(int)sizeof(place.path))
		return;
	if (list->count < list->cap && !has_place(list, place.path))
		list->at[list->count++] = place;
}

static void add_below(struct place_list *list, const struct decoder *decoder, const char *dir,
	const char *name)
{
	char path[PATH_MAX];

	if (path_join(path, sizeof(path), dir, name))
		add(list, decoder, path);
}

static void add_in_home(struct place_list *list, const struct decoder *decoder, const char *name)
{
	const char *home = environment("HOME");

	if (home)
		add_below(list, decoder, home, name);
}

/* A directory given by the environment, or one in the home directory. */
static bool base_dir(char out[PATH_MAX], const char *variable, const char *in_home)
{
	const char *dir = environment(variable), *home = environment("HOME");

	if (dir)
		return snprintf(out, PATH_MAX, "%s", dir) < PATH_MAX;
	return home && path_join(out, PATH_MAX, home, in_home);
}

/* Calls add for each part of a list with commas. */
static void each_part(struct place_list *list, const char *parts,
	void (*add_part)(struct place_list *list, const char *dir))
{
	struct str rest = str_of(parts);

	while (rest.at) {
		struct str part = str_trim(str_cut(&rest, ','));
		char dir[PATH_MAX];

		if (part.len && snprintf(dir, sizeof(dir), "%.*s", STR_FMT(part)) < PATH_MAX)
			add_part(list, dir);
	}
}

/* The directory with `projects` in it, or that one itself. */
static void add_claude(struct place_list *list, const char *dir)
{
	if (str_is(str_basename(str_of(dir)), "projects"))
		add(list, &claude_decoder, dir);
	else
		add_below(list, &claude_decoder, dir, "projects");
}

static void add_pi(struct place_list *list, const char *dir)
{
	add(list, &pi_decoder, dir);
}

static void claude_places(struct place_list *list)
{
	char config[PATH_MAX];

	if (environment("CLAUDE_CONFIG_DIR")) {
		each_part(list, environment("CLAUDE_CONFIG_DIR"), add_claude);
		return;
	}
	if (base_dir(config, "XDG_CONFIG_HOME", ".config"))
		add_below(list, &claude_decoder, config, "claude/projects");
	add_in_home(list, &claude_decoder, ".claude/projects");
}

static void codex_places(struct place_list *list)
{
	char dir[PATH_MAX];

	if (!base_dir(dir, "CODEX_HOME", ".codex"))
		return;
	add_below(list, &codex_decoder, dir, "sessions");
	add_below(list, &codex_decoder, dir, "archived_sessions");
}

static void pi_places(struct place_list *list)
{
	char dir[PATH_MAX];

	if (environment("PI_AGENT_DIR"))
		each_part(list, environment("PI_AGENT_DIR"), add_pi);
	else if (base_dir(dir, "PI_CODING_AGENT_DIR", ".pi/agent"))
		add_below(list, &pi_decoder, dir, "sessions");
}

static void gemini_places(struct place_list *list)
{
	char dir[PATH_MAX];

	if (base_dir(dir, "GEMINI_DATA_DIR", ".gemini"))
		add_below(list, &gemini_decoder, dir, "tmp");
}

static bool is_opencode_db(const char *name)
{
	return str_starts(str_of(name), STR("opencode")) && str_ends(str_of(name), STR(".db"));
}

static void opencode_places(struct place_list *list)
{
	char data[PATH_MAX], dir[PATH_MAX];
	const struct dirent *entry;
	DIR *open_dir;

	if (environment("OPENCODE_DATA_DIR"))
		snprintf(dir, sizeof(dir), "%s", environment("OPENCODE_DATA_DIR"));
	else if (!base_dir(data, "XDG_DATA_HOME", ".local/share") ||
		!path_join(dir, sizeof(dir), data, "opencode"))
		return;
	add_below(list, &opencode_decoder, dir, "opencode.db");
	add_below(list, &opencode_decoder, dir, "storage/message");
	open_dir = opendir(dir);
	while (open_dir && (entry = readdir(open_dir)))
		if (is_opencode_db(entry->d_name))
			add_below(list, &opencode_decoder, dir, entry->d_name);
	if (open_dir)
		closedir(open_dir);
}

static void count_files(struct log_place *place)
{
	struct log_files files = { 0 };
	struct err ignored;

	if (log_files_add(&files, place->path, place->decoder, &ignored) == LL_OK)
		for (size_t i = 0; i < files.count; i++) {
			place->files++;
			place->bytes += files.at[i].size;
		}
	log_files_release(&files);
}

size_t log_places(struct log_place *out, size_t cap, bool count)
{
	struct place_list list = { .at = out, .cap = cap };

	claude_places(&list);
	codex_places(&list);
	pi_places(&list);
	gemini_places(&list);
	opencode_places(&list);
	for (size_t i = 0; count && i < list.count; i++)
		if (list.at[i].exists)
			count_files(&list.at[i]);
	return list.count;
}

bool place_has(const struct decoder *decoder, const char *path)
{
	struct str p = str_of(path);

	if (decoder == &gemini_decoder)
		return str_has(p, STR("/chats/")) &&
			(str_ends(p, STR(".json")) || str_ends(p, STR(".jsonl")));
	if (decoder == &opencode_decoder)
		return str_ends(p, STR(".json")) || is_opencode_db(str_basename(p).at);
	return str_ends(p, STR(".jsonl"));
}

const struct log_place *place_of(const struct log_place *places, size_t count, struct str path)
{
	for (size_t i = 0; i < count; i++) {
		struct str place = str_of(places[i].path);

		if (places[i].exists && str_starts(path, place) &&
			(path.len == place.len || path.at[place.len] == '/'))
			return &places[i];
	}
	return NULL;
}
