/*
 * consistency.h: what the files of data/ say together: ids that lead somewhere, claims that only
 * one may make, addresses that contradict each other, links, and what was published before and must
 * not vanish.
 */
#ifndef VHOD_CONTENT_CONSISTENCY_H
#define VHOD_CONTENT_CONSISTENCY_H

#include "base/digest.h"
#include "content/content.h"
#include "content/fault.h"

/* What the published snapshot and the archive hold that the next snapshot must reckon with. Zeroed:
 * nothing was published. */
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

/* Adds every fault between files. Entries that are broken by themselves are passed over. */
enum err check_content(const struct content *content, const char *data,
                       const struct published *published, struct faults *faults);

#endif
