/*
 * fault.h: what is wrong with the content, all of it. Faults are collected, sorted by file and
 * line, printed one clear line each ("data/regions/RU-ALT.ini:14: [login.schools] url: must begin
 * with https:// or http://"), and never stop the check at the first.
 */
#ifndef VHOD_CONTENT_FAULT_H
#define VHOD_CONTENT_FAULT_H

#include "base/ini.h"
#include <stdio.h>

struct faults; /* a growing list */

enum err faults_new(struct faults **out);
void faults_free(struct faults *faults);
/* Adds one; line 0 = unknown; section, key may be NULL. */
void faults_add(struct faults *faults, const char *file, int line, const char *section,
                const char *key, const char *format, ...) __attribute__((format(printf, 6, 7)));
size_t faults_count(const struct faults *faults);
/* Sorts by file and line, then prints one line each, with file names as they were given. */
void faults_print(struct faults *faults, FILE *out);
/* An ini_report that adds to this list. Borrowed view, valid while faults lives. */
struct ini_report faults_report(struct faults *faults);

#endif
