/*
 * apart.h: work in a process of its own, for a library that dies of a failed allocation: the death
 * is then an error, and nothing else.
 */
#ifndef VHOD_CONTENT_APART_H
#define VHOD_CONTENT_APART_H

#include "base/buffer.h"
#include "base/err.h"

/* Runs work(context, result) in a child and appends the result, bytes of any kind, to out. The
 * error is that of work; ERR_SYSTEM (logged, with what was being done) if the child died or there
 * could be none; ERR_MEMORY. What work changes in context is lost. Not for programs with threads.
 */
enum err apart_run(const char *what, enum err (*work)(void *context, struct buffer *result),
                   void *context, struct buffer *out);

#endif
