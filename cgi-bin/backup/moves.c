/*
 * moves.c: contract in moves.h.
 */
#include "backup/moves.h"
#include "base/log.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum err moves_add(struct moves *moves, const char *from, const char *to)
{
    struct move *grown = reallocarray(moves->list, moves->count + 1, sizeof *grown);
    struct move *move;

    if (grown == NULL)
        return ERR_MEMORY;
    moves->list = grown;
    move = &grown[moves->count++];
    *move = (struct move){strdup(from), strdup(to)};
    return move->from != NULL && move->to != NULL ? ERR_NONE : ERR_MEMORY;
}

/* Keeps errno. */
static bool is_there(const char *path)
{
    struct stat status;
    int cause = errno;
    bool there = lstat(path, &status) == 0;

    errno = cause;
    return there;
}

static void undo(struct moves *moves)
{
    while (moves->done > 0) {
        const struct move *move = &moves->list[--moves->done];

        if (rename(move->to, move->from) != 0 && is_there(move->to))
            log_error("restore: %s is now %s, and cannot be taken back: %s", move->from, move->to,
                      strerror(errno));
    }
}

enum err moves_do(struct moves *moves)
{
    while (moves->done < moves->count) {
        const struct move *move = &moves->list[moves->done];

        if (rename(move->from, move->to) != 0 && is_there(move->from)) {
            log_error("restore: %s cannot become %s: %s; nothing was changed", move->from, move->to,
                      strerror(errno));
            undo(moves);
            return ERR_SYSTEM;
        }
        moves->done++;
    }
    return ERR_NONE;
}

void moves_free(struct moves *moves)
{
    for (size_t i = 0; i < moves->count; i++) {
        free(moves->list[i].from);
        free(moves->list[i].to);
    }
    free(moves->list);
    *moves = (struct moves){.list = NULL};
}
