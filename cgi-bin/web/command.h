/*
 * command.h: the command line of a FastCGI program (loop.h says which arguments). Knows no FastCGI.
 */
#ifndef VHOD_WEB_COMMAND_H
#define VHOD_WEB_COMMAND_H

#include "web/program.h"
#include <stdio.h>

/* Runs the command in argv[1]…; in is read for the form of a POST, out gets the answer. Returns the
 * exit status. */
int command_run(const struct program *program, int argc, char **argv, FILE *in, FILE *out);

#endif
