/*
 * writer.h: a snapshot being written: the table of its INSERTs, and rows put into it. What is put
 * is added up on the way (directory/fingerprint.h), and compared with what is read back.
 *
 * What is put, content_rows.h and past_rows.h say; the file around it is build.h's business.
 */
#ifndef VHOD_CONTENT_WRITER_H
#define VHOD_CONTENT_WRITER_H

#include "base/buffer.h"
#include "base/err.h"
#include "content/content.h"
#include "content/history.h"
#include "directory/fingerprint.h"
#include <sqlite3.h>
#include <stddef.h>

enum insert {
    INSERT_META,
    INSERT_SOURCE,
    INSERT_CITATION,
    INSERT_SYMPTOM,
    INSERT_PORTAL,
    INSERT_PORTAL_ADDRESS,
    INSERT_REGION,
    INSERT_REGION_CODE,
    INSERT_REGION_POSTCODE,
    INSERT_REGION_ALIAS,
    INSERT_PLACE,
    INSERT_PLACE_ALIAS,
    INSERT_VOCABULARY,
    INSERT_LOGIN,
    INSERT_FORMER,
    INSERT_CONTACT,
    INSERT_CONTACT_SYMPTOM,
    INSERT_REGION_CONTACT,
    INSERT_PORTAL_CONTACT,
    INSERT_ARTICLE,
    INSERT_PART,
    INSERT_FIGURE,
    INSERT_ARTICLE_LIMIT,
    INSERT_ARTICLE_CONTACT,
    INSERT_ARTICLE_RELATED,
    INSERT_TROUBLE,
    INSERT_OWN_PAGE,
    INSERT_CLIENT_PATTERN,
    INSERT_HOLIDAY,
    INSERT_REVISION,
    INSERT_CHANGE,
    INSERT__MAX
};

/* A snapshot being written. */
struct writer {
    sqlite3 *db;
    sqlite3_stmt *statements[INSERT__MAX];
    struct buffer row;                   /* the one being put, as it is added up */
    struct table_sum meant[INSERT__MAX]; /* what was put into each table */
    const struct content *content;
    const struct history *history;
    enum err err; /* sticky: after an error, rows are ignored */
};

enum value_kind { VALUE_NULL, VALUE_TEXT, VALUE_NUMBER, VALUE_REAL };

struct value {
    enum value_kind kind;
    const char *text;
    sqlite3_int64 number;
    double real;
};

/* '' never stands for "unknown": an absent text is NULL. */
static inline struct value text_value(const char *text)
{
    return (struct value){text != NULL ? VALUE_TEXT : VALUE_NULL, text, 0, 0};
}

static inline struct value number_value(sqlite3_int64 number)
{
    return (struct value){VALUE_NUMBER, NULL, number, 0};
}

#define TEXT(text_)     text_value(text_)
#define NUMBER(number_) number_value((sqlite3_int64)(number_))
#define REAL(real_)     ((struct value){VALUE_REAL, NULL, 0, real_})
#define NONE            ((struct value){VALUE_NULL, NULL, 0, 0})
#define MAYBE(number_)  ((number_) > 0 ? NUMBER(number_) : NONE)

/* Prepares every INSERT; the tables must be there. */
void writer_prepare(struct writer *writer);
/* Releases the prepared statements. */
void writer_release(struct writer *writer);
/* Puts a row; count values, in the order of the INSERT, which is that of schema.sql and names every
 * column. Ignored after an error. */
void writer_put(struct writer *writer, enum insert insert, const struct value *values,
                size_t count);
/* Reads every table back: what is there is what was put, no row more or less. Notes and logs a
 * difference. */
void writer_compare(struct writer *writer);
/* Notes and logs that the database failed. */
void writer_failed(struct writer *writer, const char *what);

#define PUT(writer, insert, ...)                                                                   \
    writer_put(writer, insert, (const struct value[]){__VA_ARGS__},                                \
               sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value))

#endif
