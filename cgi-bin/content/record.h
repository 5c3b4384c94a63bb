/*
 * record.h: what of the content is new to the archive (history.h): texts of guides and questions
 * that differ from the newest ones there, regions and addresses that came, changed or went.
 */
#ifndef VHOD_CONTENT_RECORD_H
#define VHOD_CONTENT_RECORD_H

#include "content/content.h"
#include "content/history.h"
#include "content/published.h"

/* Adds what is new, in the order of the content; nothing is begun or written if nothing is. On
 * ERR_NONE with something added, the transaction is open and the caller commits it. published gives
 * the numbers of texts that the archive does not have yet. */
enum err record_changes(struct history *history, const struct content *content,
                        const struct published *published);

#endif
