/*
 * temporary.h: a folder for as long as a command runs.
 */
#ifndef VHOD_BASE_TEMPORARY_H
#define VHOD_BASE_TEMPORARY_H

/* Makes a fresh folder in TMPDIR, that nobody else may enter. Allocated; NULL (logged) if there can
 * be none. */
char *temporary_make(void);
/* Takes the folder away with all that is in it; what cannot be is logged. Frees folder, which may
 * be NULL. */
void temporary_remove(char *folder);

#endif
