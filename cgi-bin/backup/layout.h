/*
 * layout.h: what a backup holds, and where that lies on this machine: the published snapshot, the
 * archive of texts, the key of reports, the blocked hosts, the journal, the counters if they are a
 * file, the content, and the settings. Used for both directions, so that they cannot differ.
 *
 *     state/directory.db  state/history.db  state/report.key  state/blocks.json
 *     state/journal/….log
 *     tally/tally.db  content/…  settings/vhod.ini
 */
#ifndef VHOD_BACKUP_LAYOUT_H
#define VHOD_BACKUP_LAYOUT_H

#include "base/err.h"
#include "base/settings.h"

enum layout_file {
    LAYOUT_SNAPSHOT,
    LAYOUT_HISTORY,
    LAYOUT_KEY,
    LAYOUT_BLOCKS,
    LAYOUT_TALLY,
    LAYOUT_SETTINGS,
    LAYOUT__FILES
};

/* Names of the single files in a backup. */
extern const char *const layout_names[LAYOUT__FILES];
/* Beginnings of the names of what lies in folders. */
#define LAYOUT_JOURNAL "state/journal/"
#define LAYOUT_CONTENT "content/"

struct layout {
    char *files[LAYOUT__FILES]; /* NULL: there is none here (the tally of a database elsewhere) */
    char *state;                /* folders */
    char *journal;
    char *content;
};

/* data: folder of the content. ERR_MEMORY. */
enum err layout_find(struct layout *out, const struct settings *settings, const char *data);
void layout_free(struct layout *layout);

/* Keeps publishers and collectors out until layout_unlock. */
struct layout_locks {
    int publish, collect; /* descriptors, or -1 */
};
#define LAYOUT_LOCKS_INIT ((struct layout_locks){-1, -1})

/* Waits some seconds for whoever is at work. ERR_BUSY and ERR_SYSTEM are logged. */
enum err layout_lock(struct layout_locks *locks, const struct layout *layout);
void layout_unlock(struct layout_locks *locks);

#endif
