/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: looks at everything that can be wrong, says what helps, changes nothing. */
#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "app/app.h"
#include "app/checkup.h"
#include "app/paths.h"
#include "app/peek.h"
#include "base/file.h"
#include "store/health.h"
#include "store/source.h"

#define PLACES_MAX 32
#define SPACE_MIN (INT64_C(256) << 20) /* a large import takes as much */

/* Section names. */
static const char program[] = "Program";
static const char store[] = "Store";
static const char logs[] = "Logs of coding agents";
static const char terminal[] = "Terminal";

struct doctor {
	struct app *app;
	struct checkup checks;
	char dir[PATHS_BYTES];
	struct source *sources;
	size_t source_count;
};

/* "12.3 MB" into out. */
static const char *bytes_text(int64_t bytes, char out[32])
{
	static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB" };
	size_t unit = 0;
	int64_t tenths = bytes * 10;

	while (tenths >= 10000 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		tenths /= 1000;
		unit++;
	}
	if (unit == 0)
		snprintf(out, 32, "%lld bytes", (long long)bytes);
	else
		snprintf(out, 32, "%lld.%lld %s", (long long)(tenths / 10),
			(long long)(tenths % 10), units[unit]);
	return out;
}

static void check_config(struct doctor *d)
{
	struct str given = args_text(d->app->args, "config");
	char usual[PATHS_BYTES];
	const char *path = given.at ? given.at : paths_config(usual) ? usual : NULL;

	if (!path)
		checkup_add(&d->checks, CHECK_OK, program, "configuration",
			"none, as there is no home");
	else if (access(path, R_OK) == 0)
		checkup_add(&d->checks, CHECK_OK, program, "configuration", "'%s'", path);
	else if (errno == ENOENT)
		checkup_add(&d->checks, CHECK_OK, program, "configuration", "none in '%s'", path);
	else
		checkup_advise(&d->checks, checkup_add(&d->checks, CHECK_NOTE, program,
			"configuration", "'%s' is left out: %s", path, strerror(errno)),
			"give yourself access, or say --config FILE");
}

static void check_zone(struct doctor *d)
{
	struct zone *zone = NULL;
	struct err err = { 0 };
	char name[64];

	zone_system_name(name);
	if (zone_open(str_of(name), &zone, &err) == LL_OK)
		checkup_add(&d->checks, CHECK_OK, program, "system zone", "%s", name);
	else
		checkup_advise(&d->checks, checkup_add(&d->checks, CHECK_FAILED, program,
			"system zone", "%s", err.msg), "install the zone data: apt install tzdata");
	zone_free(zone);
}

static void check_program(struct doctor *d)
{
	checkup_add(&d->checks, CHECK_OK, program, "llmlab", "%s", LLMLAB_VERSION);
	checkup_add(&d->checks, CHECK_OK, program, "libsodium", "%s", sodium_version_string());
	check_config(d);
	check_zone(d);
}

/* Files of the store that others may open, or that are somebody else's. */
struct access_counts {
	size_t open, foreign;
	char first_open[PATHS_BYTES], first_foreign[PATHS_BYTES];
};

static void count_access(struct access_counts *counts, const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return; /* a -wal that was just removed */
	if ((st.st_mode & 077) && !S_ISLNK(st.st_mode) && counts->open++ == 0)
		snprintf(counts->first_open, sizeof(counts->first_open), "%s", path);
	if (st.st_uid != geteuid() && geteuid() != 0 && counts->foreign++ == 0)
		snprintf(counts->first_foreign, sizeof(counts->first_foreign), "%s", path);
}

static void tell_access(struct doctor *d, const struct access_counts *counts)
{
	if (counts->open)
		checkup_advise(&d->checks, checkup_add(&d->checks, CHECK_FAILED, store,
			"permissions", "others may open '%s'%s", counts->first_open,
			counts->open > 1 ? " and more" : ""), "chmod -R go= '%s'", d->dir);
	if (counts->foreign)
		checkup_add(&d->checks, CHECK_FAILED, store, "permissions",
			"'%s'%s is another user's", counts->first_foreign,
			counts->foreign > 1 ? ", and more," : "");
	if (!counts->open && !counts->foreign)
		checkup_add(&d->checks, CHECK_OK, store, "permissions", "open to its owner only");
}

static void check_permissions(struct doctor *d)
{
	struct access_counts counts = { 0 };
	DIR *dir = opendir(d->dir);
	struct dirent *entry;
	char path[PATHS_BYTES];

	if (!dir) {
		checkup_add(&d->checks, CHECK_FAILED, store, "permissions", "cannot list '%s': %s",
			d->dir, strerror(errno));
		return;
	}
	count_access(&counts, d->dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.' && path_join(path, sizeof(path), d->dir, entry->d_name))
			count_access(&counts, path);
	closedir(dir);
	tell_access(d, &counts);
	if (access(d->dir, W_OK) != 0)
		checkup_add(&d->checks, CHECK_FAILED, store, "permissions",
			"'%s' cannot be written: %s", d->dir, strerror(errno));
}

static void check_space(struct doctor *d)
{
	struct statvfs fs;
	int64_t free_bytes;
	char text[32];

	if (statvfs(d->dir, &fs) != 0)
		return;
	free_bytes = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
	if (free_bytes >= SPACE_MIN)
		checkup_add(&d->checks, CHECK_OK, store, "disk space", "%s free",
			bytes_text(free_bytes, text));
	else
		checkup_advise(&d->checks, checkup_add(&d->checks, CHECK_FAILED, store,
			"disk space", "only %s free", bytes_text(free_bytes, text)),
			"make room on the disk of '%s', or move the store and say --store", d->dir);
}

static const char *advice_for(enum ll_err code)
{
	if (code == LL_ECORRUPT)
		return "move the directory away and run `llmlab import`: the logs fill a new store";
	if (code == LL_EVERSION)
		return "use the newer llmlab that made it, or another --store";
	if (code == LL_EACCESS || code == LL_EREADONLY)
		return "give yourself access with chmod or chown, or say another --store";
	return NULL;
}

static void fail_store(struct doctor *d, const char *name, enum ll_err code, const char *msg)
{
	struct check *check = checkup_add(&d->checks, CHECK_FAILED, store, name, "%s", msg);
	const char *advice = advice_for(code);

	if (advice)
		checkup_advise(&d->checks, check, "%s", advice);
}

static void check_month(struct doctor *d, const struct month_health *m)
{
	char size[32], wal[32];

	if (m->problem) {
		checkup_advise(&d->checks, checkup_add(&d->checks, CHECK_FAILED, store, "month",
			"%04d-%02d: %s", m->month / 100, m->month % 100, m->problem), "%s",
			advice_for(LL_ECORRUPT));
		return;
	}
	checkup_add(&d->checks, CHECK_OK, store, "month",
		"%04d-%02d: %lld calls, %s and %s of log, schema %d, days of %s", m->month / 100,
		m->month % 100, (long long)m->calls, bytes_text(m->bytes, size),
		bytes_text(m->wal_bytes, wal), (int)m->schema, m->zone ? m->zone : "no zone");
}

static void check_main(struct doctor *d, const struct store_health *h)
{
	char size[32];

	checkup_add(&d->checks, CHECK_OK, store, "SQLite", "%s%s", h->sqlite_version,
		h->has_wal_reset_bug ? ": has the WAL-reset bug of versions before 3.51.3, which "
		"cannot bite here: only the writer checkpoints" : "");
	if (h->main_problem)
		fail_store(d, "main.db", LL_ECORRUPT, h->main_problem);
	else
		checkup_add(&d->checks, CHECK_OK, store, "main.db",
			"%s, schema %d, %lld sources, %lld files", bytes_text(h->main_bytes, size),
			(int)h->main_schema, (long long)h->sources, (long long)h->files);
	if (h->audit_problem)
		checkup_add(&d->checks, CHECK_FAILED, store, "audit log", "%s", h->audit_problem);
	else
		checkup_add(&d->checks, CHECK_OK, store, "audit log",
			"%lld entries, the chain holds", (long long)h->audit_entries);
	if (h->unfinished_jobs)
		checkup_advise(&d->checks, checkup_add(&d->checks, CHECK_NOTE, store, "jobs",
			"%lld were interrupted", (long long)h->unfinished_jobs),
			"the next write finishes them: llmlab import");
}

static void check_health(struct doctor *d)
{
	struct store_health health = { 0 };
	struct err err = { 0 };
	char zone[64];
	enum ll_err code = store_health(d->app->reader, args_flag(d->app->args, "deep"),
		&d->app->arena, &health, &err);

	if (code) {
		fail_store(d, "health", code, err.msg);
		return;
	}
	check_main(d, &health);
	for (size_t i = 0; i < health.month_count; i++)
		check_month(d, &health.months[i]);
	if (store_zone(d->app->reader, &d->app->scope, zone, &err) == LL_OK)
		checkup_add(&d->checks, CHECK_OK, store, "zone", "days are cut in %s", zone);
}

static void check_store(struct doctor *d)
{
	struct err err = { 0 };
	enum ll_err code = paths_store(d->app->args, d->dir, &err);

	if (code) {
		fail_store(d, "directory", code, err.msg);
		return;
	}
	if (!paths_has_store(d->dir)) {
		checkup_advise(&d->checks, checkup_add(&d->checks, CHECK_NOTE, store, "directory",
			"no store in '%s' yet", d->dir), "llmlab import");
		return;
	}
	checkup_add(&d->checks, CHECK_OK, store, "directory", "'%s'", d->dir);
	check_permissions(d);
	check_space(d);
	code = app_peek(d->app, &err);
	if (code) {
		fail_store(d, "main.db", code, err.msg);
		return;
	}
	check_health(d);
	/* What a damaged store does not tell shows as "not imported". */
	if (source_list(d->app->reader, &d->app->scope, &d->app->arena, &d->sources,
		&d->source_count, &err) != LL_OK)
		d->source_count = 0;
}

static bool is_imported(const struct doctor *d, const struct log_place *place)
{
	for (size_t i = 0; i < d->source_count; i++)
		if (str_eq(d->sources[i].name, str_of(place->decoder->source)) &&
			str_eq(d->sources[i].place, str_of(place->path)))
			return true;
	return false;
}

static void check_place(struct doctor *d, const struct log_place *place)
{
	const char *label = place->decoder->label;
	char size[32];

	if (!place->exists) {
		checkup_add(&d->checks, CHECK_OK, logs, label, "none in '%s'", place->path);
		return;
	}
	bytes_text(place->bytes, size);
	if (access(place->path, R_OK) != 0)
		checkup_advise(&d->checks, checkup_add(&d->checks, CHECK_FAILED, logs, label,
			"'%s' cannot be read: %s", place->path, strerror(errno)),
			"give yourself access: chmod -R u+rX '%s'", place->path);
	else if (place->files == 0 || is_imported(d, place))
		checkup_add(&d->checks, CHECK_OK, logs, label, "'%s': %lld files, %s%s",
			place->path, (long long)place->files, size,
			place->files ? ", imported" : "");
	else
		checkup_advise(&d->checks, checkup_add(&d->checks, CHECK_NOTE, logs, label,
			"'%s': %lld files, %s, not imported", place->path, (long long)place->files,
			size), "llmlab import");
}

static void check_places(struct doctor *d)
{
	struct log_place places[PLACES_MAX];
	size_t count = log_places(places, PLACES_MAX, true);

	for (size_t i = 0; i < count; i++)
		check_place(d, &places[i]);
}

static void check_terminal(struct doctor *d)
{
	const char *term = getenv("TERM");

	checkup_add(&d->checks, CHECK_OK, terminal, "TERM", "%s, stdout is %s",
		term ? term : "not set", d->app->out_is_terminal ? "a terminal" : "no terminal");
	checkup_add(&d->checks, CHECK_OK, terminal, "size", "%d columns", d->app->columns);
	if (d->app->has_utf8)
		checkup_add(&d->checks, CHECK_OK, terminal, "UTF-8", "yes");
	else
		checkup_advise(&d->checks, checkup_add(&d->checks, CHECK_NOTE, terminal, "UTF-8",
			"the locale is not UTF-8: charts are drawn in ASCII"),
			"export LC_ALL=C.UTF-8");
	checkup_add(&d->checks, CHECK_OK, terminal, "colours", "%s",
		d->app->has_color ? "yes" : "no");
}

static enum exit_code doctor(struct app *app)
{
	struct doctor d = { .app = app, .checks = { .arena = &app->arena } };
	struct jsonw w;

	check_program(&d);
	check_store(&d);
	check_places(&d);
	check_terminal(&d);
	if (args_flag(app->args, "json")) {
		app_json(app, &w);
		checkup_report(&d.checks, &w);
		buf_addch(&app->out, '\n');
	} else {
		checkup_print(&d.checks, &app->out, app->has_color);
	}
	return d.checks.failed ? EXIT_THRESHOLD : EXIT_OK;
}

const struct command command_doctor = {
	.name = "doctor",
	.summary = "look for what is wrong and say what helps",
	.arguments = "",
	.help = "Looks at the program's libraries, the store (permissions, space, damage), the "
		"places where coding agents keep logs, and the terminal. It changes nothing.\n\n"
		"Exit status: 3 when a check failed.",
	.options = (const char *const[]){ "deep", NULL },
	.examples = (const struct command_example[]){
		{ "llmlab doctor", "a quick look" },
		{ "llmlab doctor --deep", "every page of the store, every sum counted anew" },
		{ NULL, NULL },
	},
	.run = doctor,
};
