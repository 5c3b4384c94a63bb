/*
 * read.h: how an engine of the tally is read: statements whose text is the same for every
 * engine, and rows of texts and numbers. statistics.c and its parts ask; an engine
 * (sqlite/read.c) answers. What the numbers mean is not known here.
 *
 * Statements keep to what every SQL engine has: parameters $1 … $9, all of them texts; sums cast to
 * BIGINT. Texts sort by their bytes; an engine that sorts otherwise by itself gives its columns
 * that collation ("C").
 */
#ifndef VHOD_TALLY_READ_H
#define VHOD_TALLY_READ_H

#include "tally/tally.h"

#define TALLY_PARAMETERS_MAX 9

/* One statement that reads. A parameter that it does not name is ignored. */
struct tally_query {
    const char *sql;
    const char *types; /* a letter for each column: 't' text, 'n' whole number */
};

/* One column of a row: text or number, as the query's types say; the other is NULL or 0. Valid
 * until the function returns. */
struct tally_value {
    const char *text;
    int64_t number;
};

/* Called for each row; an error ends the reading and is what tally_read returns. */
typedef enum err tally_row(void *context, const struct tally_value *row);

/* All that is read from here to tally_read_end is of one moment, and takes 5 seconds at most
 * (ERR_LIMIT). */
enum err tally_read_begin(struct tally *tally);
/* parameters: texts of $1, $2 …, ended by NULL. */
enum err tally_read(struct tally *tally, const struct tally_query *query,
                    const char *const *parameters, tally_row *each, void *context);
/* In every case, after an error too. */
void tally_read_end(struct tally *tally);

#endif
