/*
 * copy.h: a copy of a SQLite file that somebody may be using: as it is at one moment, checked. With
 * directory/, content/ and tally/sqlite/ one of those that know SQLite.
 */
#ifndef VHOD_BACKUP_COPY_H
#define VHOD_BACKUP_COPY_H

#include "base/err.h"

/* Copies from into a new file to, and checks the copy's structure. What a killed writer has left
 * half done is put back in from first. ERR_NOT_FOUND: there is no such file; ERR_BUSY: somebody
 * writes it all the time; ERR_DATABASE: it is damaged; the last two are logged. */
enum err copy_database(const char *from, const char *to);

#endif
