/*
 * view.h: the results of the probe as pages have them: the file is looked at each time, and read
 * when it has changed. A damaged one is said in the log once, and is none.
 */
#ifndef VHOD_PROBE_VIEW_H
#define VHOD_PROBE_VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

/* What the probe found longer ago says nothing about now. */
#define PROBE_FRESH_SECONDS 86400

/* Zeroed = not looked at yet. */
struct probe_view {
    json_t *document; /* of results_read; NULL: none */
    bool looked;
    struct timespec changed;
    ino_t inode;
    off_t size;
};

/* The results ({"at", "targets"}); NULL: there are none, or the last run is over a day old.
 * Borrowed until the next call. */
const json_t *probe_view_read(struct probe_view *view, const char *path, time_t now);
void probe_view_free(struct probe_view *view);

#endif
