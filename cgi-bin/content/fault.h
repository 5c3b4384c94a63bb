/*
 * fault.h: what is wrong with the content, all of it. Faults are collected, sorted by file and
 * line, printed one clear line each ("data/regions/RU-ALT.ini:14: [login.schools] url: must begin
 * with https:// or http://"), and never stop the check at the first.
 *
 * Beside them, warnings: what may well be meant, and stops no publish.
 */
#ifndef VHOD_CONTENT_FAULT_H
#define VHOD_CONTENT_FAULT_H

#include "base/ini.h"
#include <stdbool.h>
#include <stdio.h>

struct faults; /* a growing list */

enum err faults_new(struct faults **out);
void faults_free(struct faults *faults);
/* Adds one; line 0 = unknown; section, key may be NULL. */
void faults_add(struct faults *faults, const char *file, int line, const char *section,
                const char *key, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The same for a warning. */
void faults_warn(struct faults *faults, const char *file, int line, const char *section,
                 const char *key, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* Adds lines that may be copied into the file, allocated text, to the newest fault or warning;
 * takes it over in any case. NULL: out of memory, the lines are then left out. */
void faults_offer(struct faults *faults, char *lines);

/* How many faults; how many warnings. */
size_t faults_count(const struct faults *faults);
size_t faults_warnings(const struct faults *faults);
/* True if a warning, or lines to be copied, found no memory: what is printed is not all of it. */
bool faults_untold(const struct faults *faults);

/* Sorts by file and line, then prints one line each, with file names as they were given. */
void faults_print(struct faults *faults, FILE *out);
/* The warnings in the same way: "file:line: warning: message", and what may be copied, indented,
 * below. */
void faults_print_warnings(struct faults *faults, FILE *out);

/* One of them, for a program: texts are borrowed, and NULL where it has none. */
struct fault_view {
    const char *file, *section, *key, *message, *lines;
    int line; /* 0: unknown */
    bool warning;
};

/* Sorts, and gives every fault and warning from 0 on; false behind the last. */
bool faults_view(struct faults *faults, size_t at, struct fault_view *out);
/* An ini_report that adds to this list. Borrowed view, valid while faults lives. */
struct ini_report faults_report(struct faults *faults);

#endif
