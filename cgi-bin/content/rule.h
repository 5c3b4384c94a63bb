/*
 * rule.h: what a value in a content file may look like. Each check takes the value's text and
 * returns NULL if it is fine, else one English clause that says what to do (static storage): the
 * shape that struct ini_key and the metadata table of article.c ask for. Lists with commas are
 * split here and nowhere else.
 *
 * It knows nothing of files or of other values: whether an id exists is consistency.c's question.
 */
#ifndef VHOD_CONTENT_RULE_H
#define VHOD_CONTENT_RULE_H

/* Texts and names. */
const char *rule_text(const char *value);   /* clean UTF-8, no white space at the ends */
const char *rule_plain(const char *value);  /* the same, and no Markdown or HTML in it */
const char *rule_short(const char *value);  /* plain text of fewer than 300 characters */
const char *rule_notice(const char *value); /* plain text of at most 160 characters */
const char *rule_id(const char *value);     /* [a-z0-9-], not at the ends a '-' */
const char *rule_ids(const char *value);    /* ids with commas, none twice */
const char *rule_names(const char *value);  /* any texts with commas, none empty, none twice */
const char *rule_answer(const char *value); /* yes, no */

/* Numbers. */
const char *rule_position(const char *value);  /* 1 to 999 */
const char *rule_minutes(const char *value);   /* 1 to 240 */
const char *rule_number(const char *value);    /* a question's: 1 to 9999 */
const char *rule_tile(const char *value);      /* row, column: each 1 to 40 */
const char *rule_codes(const char *value);     /* plate codes with commas: two or three digits */
const char *rule_postcodes(const char *value); /* three digits, single or ranges, with commas */

/* Times. */
const char *rule_date(const char *value);   /* 2018, 2025-11 or 2026-09-24 */
const char *rule_day(const char *value);    /* 2026-09-24 */
const char *rule_moment(const char *value); /* 2026-11-27 18:00 */
const char *rule_zone(const char *value);   /* an IANA name the system knows */
const char *rule_hours(const char *value);  /* what directory/hours.h can read */

/* Addresses. */
const char *rule_url(const char *value);   /* absolute http or https, ASCII, no user name in it */
const char *rule_https(const char *value); /* the same, https only */
const char *rule_email(const char *value); /* name@host.tld */
const char *
rule_phone(const char *value); /* digits with + ( ) - and spaces between, 3 to 15 digits */
const char *rule_article(const char *value);  /* "q/17" or a guide's id */
const char *rule_articles(const char *value); /* several, with commas, none twice */

/* One of a few words, as schema.sql has them. */
const char *rule_audience(const char *value);
const char *rule_via(const char *value);
const char *rule_status(const char *value);
const char *rule_level(const char *value);     /* of a notice */
const char *rule_via_limit(const char *value); /* what a text may be limited to: esia, password */
const char *rule_ages(const char *value);      /* under-14, from-14, adult, with commas */
const char *rule_reader(const char *value);
/* Phrases for reading aloud, parted by " / ": 2 to 8, each of at most 12 words. */
const char *rule_aloud(const char *value);

#endif
