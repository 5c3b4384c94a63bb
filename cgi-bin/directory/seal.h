/*
 * seal.h: whoever makes a snapshot seals it when all is written; whoever reads one checks the seal
 * first. A file that lost a bit, a row or a page is not used.
 *
 * The seal is two rows of the table meta: 'identity' and 'whole' (fingerprint.h).
 */
#ifndef VHOD_DIRECTORY_SEAL_H
#define VHOD_DIRECTORY_SEAL_H

#include "base/digest.h"
#include "base/err.h"

struct sqlite3;

/* Writes the seal, also in the place of one before; nothing may be changed after. identity: what
 * was written, for a message. */
enum err seal_write(struct sqlite3 *db, char identity[static DIGEST_HEX_SIZE]);

/* Checks the number of the schema, the structure of every table and index, and the seal: reads the
 * whole file. ERR_DATABASE if anything is wrong, with the reason logged; ERR_MEMORY. */
enum err seal_check(struct sqlite3 *db, char identity[static DIGEST_HEX_SIZE]);

#endif
