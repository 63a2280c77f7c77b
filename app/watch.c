/* SPDX-License-Identifier: Apache-2.0 */
/* Who has written something, by inotify. */
#include "app/watch.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"

#define DIRS_MAX 4096 /* of one tree; a user has some ten thousand watches for all programs */
#define EVENT_BYTES (sizeof(struct inotify_event) + NAME_MAX + 1)

/* A removed file that we hold open says so by its link count: IN_ATTRIB. */
#define FILE_MASK (IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF)
#define STORE_MASK (IN_CREATE | IN_MOVED_TO | IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR)
/* Of the directory of a store that is open: files come and go in it, which is no news. */
#define OPEN_MASK (IN_MOVE_SELF | IN_ONLYDIR)
#define LOGS_MASK (IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR | IN_DONT_FOLLOW)

void watch_open(struct watch *w)
{
	*w = (struct watch){ .fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), .commits = -1, .store = -1 };
	if (w->fd < 0)
		log_warn("watch", "no inotify: changes show after a key");
}

void watch_close(struct watch *w)
{
	file_close(&w->fd);
}

static void drop(const struct watch *w, int *wd)
{
	if (*wd >= 0)
		inotify_rm_watch(w->fd, *wd);
	*wd = -1;
}

/* "/a/b/c" to "/a/b"; false at the root or the end of a relative path. */
static bool to_parent(char *path)
{
	struct str whole = str_of(path), name = str_basename(whole);

	if (name.len == 0 || name.len == whole.len)
		return false;
	path[whole.len - name.len] = '\0';
	while (path[1] && str_ends(str_of(path), STR("/")))
		path[str_of(path).len - 1] = '\0';
	return true;
}

/* The nearest directory that exists, into `path`: where the missing part would be made. */
static void find_nearest(const char *dir, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s", dir);
	while (access(path, F_OK) != 0 && to_parent(path))
		;
}

/* Watches that directory. What was made below it before the watch stood is nobody's news: so it looks
 * again until nothing has changed in between. */
static int watch_above(const struct watch *w, const char *dir)
{
	char path[PATH_MAX], now[PATH_MAX];
	int wd;

	find_nearest(dir, path);
	for (;;) {
		wd = inotify_add_watch(w->fd, path, STORE_MASK);
		find_nearest(dir, now);
		if (wd < 0 || strcmp(path, now) == 0)
			return wd;
		inotify_rm_watch(w->fd, wd);
		memcpy(path, now, sizeof(path));
	}
}

void watch_store(struct watch *w, const char *dir, const char *generation)
{
	if (w->fd < 0)
		return;
	drop(w, &w->commits);
	drop(w, &w->store);
	if (generation)
		w->commits = inotify_add_watch(w->fd, generation, FILE_MASK);
	w->store = w->commits < 0 ? watch_above(w, dir) : inotify_add_watch(w->fd, dir, OPEN_MASK);
}

static bool is_dir(const char *parent, const struct dirent *e)
{
	char path[PATH_MAX];
	struct stat st;

	if (e->d_type != DT_UNKNOWN)
		return e->d_type == DT_DIR;
	return path_join(path, sizeof(path), parent, e->d_name) && lstat(path, &st) == 0 &&
		S_ISDIR(st.st_mode);
}

static void follow_dir(const struct watch *w, const char *path, int depth, int *left)
{
	DIR *d;

	if (*left <= 0 || inotify_add_watch(w->fd, path, LOGS_MASK) < 0)
		return;
	--*left;
	d = depth > 0 ? opendir(path) : NULL;
	for (struct dirent *e; d && (e = readdir(d));) {
		char below[PATH_MAX];
		struct str name = str_of(e->d_name);

		if (!str_is(name, ".") && !str_is(name, "..") && is_dir(path, e) &&
			path_join(below, sizeof(below), path, e->d_name))
			follow_dir(w, below, depth - 1, left);
	}
	if (d)
		closedir(d);
}

void watch_tree(const struct watch *w, const char *dir)
{
	int left = DIRS_MAX;

	if (w->fd >= 0)
		follow_dir(w, dir, LIMIT_PATH_DEPTH, &left);
}

static unsigned news_of(const struct watch *w, const struct inotify_event *e)
{
	if (e->mask & IN_Q_OVERFLOW)
		return WATCH_COMMIT | WATCH_STORE | WATCH_LOGS;
	if (e->mask & IN_IGNORED)
		return 0;
	if (e->wd == w->commits)
		return e->mask & IN_MODIFY ? WATCH_COMMIT : WATCH_STORE;
	return e->wd == w->store ? WATCH_STORE : WATCH_LOGS;
}

unsigned watch_read(const struct watch *w)
{
	_Alignas(struct inotify_event) char bytes[16 * EVENT_BYTES];
	unsigned news = 0;
	ssize_t n;

	while (w->fd >= 0 && (n = read(w->fd, bytes, sizeof(bytes))) > 0) {
		const struct inotify_event *e;

		for (const char *at = bytes; at < bytes + n; at += sizeof(*e) + e->len) {
			e = (const struct inotify_event *)(const void *)at;
			news |= news_of(w, e);
		}
	}
	return news;
}
