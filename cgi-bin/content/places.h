/*
 * places.h: the two tables of data/: places.tsv (towns, to find a region by) and clients.tsv (words
 * that tell programs from people). A header line with the names of the columns, then one row a
 * line, tab between.
 *
 * Whether a place's region exists is consistency.c's question.
 */
#ifndef VHOD_CONTENT_PLACES_H
#define VHOD_CONTENT_PLACES_H

#include "base/err.h"
#include "content/fault.h"
#include "content/list.h"
#include <stdbool.h>
#include <stddef.h>

struct place {
    char *name;
    char *region; /* iso, lower case */
    long population;
    double latitude, longitude;
    struct words aliases;
    int line;
};

struct client_row {
    char *pattern; /* lower-case ASCII, with the marks of web/client_rules.h */
    char *client;  /* a word of journal/client.h */
    int line;
};

struct holiday {
    int year; /* 0: each year */
    int month, day;
    bool work; /* a day off that was made a working day */
    char *name, *source;
};

struct holidays {
    struct holiday *items;
    size_t count;
};

struct places {
    struct place *items;
    size_t count;
};

struct client_rows {
    struct client_row *items;
    size_t count;
};

/* A line of synonyms.tsv: words that belong together, and what search does with them. */
struct synonym {
    char *role;
    struct words words;
    int line;
};

struct synonyms {
    struct synonym *items;
    size_t count;
};

/* Each reads its file into *out (zeroed before; to be freed whatever happens). Faults are added;
 * ERR_INVALID then. */
enum err places_load(struct places *out, const char *path, struct faults *faults);
enum err clients_load(struct client_rows *out, const char *path, struct faults *faults);
enum err holidays_load(struct holidays *out, const char *path, struct faults *faults);
enum err synonyms_load(struct synonyms *out, const char *path, struct faults *faults);
void places_free(struct places *places);
void clients_free(struct client_rows *clients);
void holidays_free(struct holidays *holidays);
void synonyms_free(struct synonyms *synonyms);

#endif
