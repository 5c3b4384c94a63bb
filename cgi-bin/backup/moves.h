/*
 * moves.h: renames that are done together: if one fails, those before are taken back. Folders that
 * the names need are there.
 */
#ifndef VHOD_BACKUP_MOVES_H
#define VHOD_BACKUP_MOVES_H

#include "base/err.h"
#include <stddef.h>

struct moves {
    struct move {
        char *from, *to;
    } * list;
    size_t count, done;
};

/* Plans a rename; copies the names. */
enum err moves_add(struct moves *moves, const char *from, const char *to);
/* Does them in their order. One whose from is not there is left out. After an error (logged) all is
 * as it was, or what could not be taken back is logged too. */
enum err moves_do(struct moves *moves);
void moves_free(struct moves *moves);

#endif
