/*
 * published.h: what readers have today, and what the archive remembers: the numbers, texts and
 * regions that the next snapshot must reckon with.
 *
 * It only reads. What may not vanish is consistency.h's question, what is new to the archive
 * record.h's.
 */
#ifndef VHOD_CONTENT_PUBLISHED_H
#define VHOD_CONTENT_PUBLISHED_H

#include "base/digest.h"
#include "base/err.h"
#include "content/history.h"
#include "content/list.h"
#include <stdbool.h>
#include <stddef.h>

/* Zeroed: nothing was published. */
struct published {
    struct published_article {
        char *id;
        long revision;
        char digest[DIGEST_HEX_SIZE];
        bool retired;
    } * articles;
    size_t article_count;
    struct words regions; /* iso codes */
    char identity[DIGEST_HEX_SIZE];
    char schema[16];
    char history[DIGEST_HEX_SIZE]; /* head of the archive that the snapshot was made with; "" */
};

/* Reads the snapshot at path (NULL or not there: nothing was published) into *out (zeroed before;
 * to be freed whatever happens). Of a damaged one, the copy beside it; identity is then "".
 * ERR_DATABASE (logged) if neither can be read. */
enum err published_read(struct published *out, const char *path);
/* Opens the archive beside the snapshot, verified, and adds what it knows. An archive that does not
 * hold what the snapshot was made with has lost something: ERR_DATABASE, logged. *out is to be
 * closed (history_close) whatever happens; NULL before. */
enum err published_open_history(struct history **out, struct published *published,
                                const char *snapshot);
void published_free(struct published *published);

#endif
