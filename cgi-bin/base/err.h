/*
 * err.h: the one error convention of vhod.
 *
 * Every function that can fail returns an enum err, ERR_NONE (0) when it worked. What the caller
 * needs to choose its next step is in the value; the precise cause (file, errno text, SQLite
 * message) is logged where it happened (log.h), so a reader of the site never sees it.
 * Faults in content are not errors: they are collected, all of them, in content/fault.h.
 */
#ifndef VHOD_BASE_ERR_H
#define VHOD_BASE_ERR_H

enum err {
    ERR_NONE = 0,
    ERR_MEMORY,    /* an allocation failed, or a stated limit on memory was reached */
    ERR_SYSTEM,    /* a system call failed; errno was logged */
    ERR_INVALID,   /* the input breaks its format */
    ERR_LIMIT,     /* the input is well-formed and larger than we accept */
    ERR_NOT_FOUND, /* no such thing */
    ERR_GONE,      /* there was such a thing; it was taken out */
    ERR_BUSY,      /* somebody else holds it; worth trying later */
    ERR_DATABASE,  /* SQLite or the file behind it failed */
    ERR_TEMPLATE,  /* a template is broken */
    ERR__MAX
};

/* Returns a short English text for the log. Never NULL; static storage. */
const char *err_text(enum err err);

#endif
