/*
 * field.h: what a key of a content file is to the person who fills it in: its name in a form, one
 * line of help, and how it is best asked for. Each stands once, in the tables of keys (source.c,
 * head.c): check, the forms of the editor and the comments of `vhod new` come from there, and the
 * samples of FORMAT.md are held against them by test_field.
 *
 * It says nothing about what is right: that is the check of the same row.
 */
#ifndef VHOD_CONTENT_FIELD_H
#define VHOD_CONTENT_FIELD_H

#include <stdbool.h>

enum field_kind {
    FIELD_LINE,   /* words, in one line */
    FIELD_TEXT,   /* sentences */
    FIELD_URL,    /* an address */
    FIELD_DAY,    /* a date */
    FIELD_MOMENT, /* a date and a time */
    FIELD_NUMBER,
    FIELD_YES,  /* yes or no */
    FIELD_ONE,  /* one of the words of `of` */
    FIELD_MANY, /* some of them, with commas */
    FIELD_ID,   /* an id of what `of` names */
    FIELD_IDS   /* several, with commas */
};

/* What an id is of: words for field_form.of of FIELD_ID and FIELD_IDS. */
#define FIELD_OF_PORTALS  "portals"
#define FIELD_OF_CONTACTS "contacts"
#define FIELD_OF_SOURCES  "sources"
#define FIELD_OF_REGIONS  "regions"
#define FIELD_OF_SYMPTOMS "symptoms"
#define FIELD_OF_ARTICLES "articles"

struct field_form {
    enum field_kind kind;
    const char *of;    /* the words, with blanks between; whose id; or NULL */
    const char *label; /* English, marked with N_; never NULL */
    const char *help;  /* the same, one line, small first letter; NULL: the label says it all */
};

/* A key as a form sees it. All borrowed from the tables. */
struct field_view {
    const char *key;
    bool required;
    const char *(*check)(const char *value); /* NULL if fine, or what is wrong, English */
    const struct field_form *form;
};

#endif
