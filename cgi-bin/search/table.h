/*
 * table.h: the index of a snapshot in memory, read once when search is first asked: words,
 * names, regions, codes. Everything is numbers into arrays; nothing here knows what a query is.
 *
 * Names are numbered by people, the largest first, so among equals the smaller number is the better
 * one.
 */
#ifndef VHOD_SEARCH_TABLE_H
#define VHOD_SEARCH_TABLE_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sqlite3;

#define SEARCH_REGIONS_MAX 128
#define SEARCH_PORTALS_MAX 64
#define SEARCH_WORDS_MAX   8 /* words of a name */
#define SEARCH_NO_REGION   0xff
#define SEARCH_NONE        UINT32_MAX

/* Roles of a word in data/synonyms.tsv (content/FORMAT.md); several may hold. */
enum {
    SEARCH_STOP = 1 << 0,
    SEARCH_FILLER = 1 << 1,
    SEARCH_OF_REGION = 1 << 2,
    SEARCH_OF_PLACE = 1 << 3,
    SEARCH_QUESTION = 1 << 4,
    SEARCH_CODE = 1 << 5,
    SEARCH_POSTCODE = 1 << 6,
    SEARCH_COUNT = 1 << 7,
    SEARCH_TEXT = 1 << 8,       /* occurs in an article */
    SEARCH_ALONE = 1 << 9,      /* is a whole name by itself */
    SEARCH_WORD = 1 << 10,      /* a word of today that the dictionary lacks */
    SEARCH_PROBLEM = 1 << 11,   /* something is wrong */
    SEARCH_UNCOVERED = 1 << 12, /* a place that is not in the directory */
};

struct search_word {
    uint32_t key, word;         /* offsets into letters; both NUL-terminated */
    uint32_t posting, postings; /* first and number of its places in names */
    uint64_t groups;            /* lines of the roles region and place it stands in, as bits */
    uint16_t roles;
};

/* The words once more in some order, as strings of single bytes: what search_near walks. */
struct search_order {
    char *letters;
    struct search_order_item {
        uint32_t letters; /* offset; not NUL-terminated */
        uint32_t word;
        uint8_t len;
        uint8_t shared; /* bytes at the beginning that the item before has too */
    } * items;
    size_t count;
};

/* A place that is not in the directory: what it is called. */
struct search_uncovered {
    uint32_t word; /* one of the words that mean it */
    char *name;
};

/* Where a word stands in a name. */
struct search_posting {
    uint32_t name;
    uint8_t position;
};

enum search_kind {
    SEARCH_KIND_NAME,
    SEARCH_KIND_ALIAS,
    SEARCH_KIND_PLACE,
    SEARCH_KIND_RENAMED,
    SEARCH_KIND_SYSTEM,
    SEARCH_KIND_PORTAL,
    SEARCH_KIND_HOST,
    SEARCH_KIND_FORMER,
    SEARCH_KIND_CODE,
    SEARCH_KIND_POSTCODE,
    SEARCH_KIND__MAX
};
/* Its word in the database and in documents. */
const char *search_kind_word(enum search_kind kind);

struct search_name {
    uint32_t words[SEARCH_WORDS_MAX];
    uint32_t place; /* place.id, or 0 */
    uint32_t people;
    uint8_t count;  /* of words */
    bool is_short;  /* words like «область» were left out */
    bool is_joined; /* its words without spaces */
    uint8_t kind;
    uint8_t region; /* SEARCH_NO_REGION for a portal's */
    uint8_t portal;
};

struct search_region {
    char iso[16];
    uint64_t people;
    uint64_t groups; /* of the words of its kind: область, край */
};

struct search_portal {
    char *id;
    bool regions[SEARCH_REGIONS_MAX]; /* which have a login of it */
};

struct search_table {
    char *letters;
    size_t letters_len, letters_room;
    struct search_word *words;
    size_t word_count;
    struct search_order by_key;  /* by sound: for words in Latin letters */
    struct search_order by_text; /* by letters, each a byte (typing_bytes) */
    struct search_posting *postings;
    struct search_name *names; /* number of a name in the database is index + 1 */
    size_t name_count;
    struct search_region regions[SEARCH_REGIONS_MAX];
    size_t region_count;
    struct search_portal portals[SEARCH_PORTALS_MAX];
    size_t portal_count;
    struct search_uncovered *uncovered;
    size_t uncovered_count;
    uint8_t codes[1000];     /* region of a plate code by its number, or SEARCH_NO_REGION */
    uint8_t postcodes[1000]; /* region of the first three digits */
};

/* Reads the index of an open snapshot. ERR_DATABASE (logged) if it is not there or damaged. The
 * caller frees. */
enum err search_table_load(struct search_table **out, struct sqlite3 *db);
void search_table_free(struct search_table *table);

const char *search_table_key(const struct search_table *table, uint32_t word);
const char *search_table_text(const struct search_table *table, uint32_t word);
/* The first word whose key is not before this one; word_count if there is none. */
uint32_t search_table_first(const struct search_table *table, const char *key);
/* The word with this folded text, or SEARCH_NONE. key is its key. */
uint32_t search_table_find(const struct search_table *table, const char *key, const char *word);
/* What the place is called that a word with the role means; NULL for another word. */
const char *search_table_uncovered(const struct search_table *table, uint32_t word);
/* Number of a region by its iso, or SEARCH_NO_REGION. */
uint8_t search_table_region(const struct search_table *table, const char *iso);

#endif
