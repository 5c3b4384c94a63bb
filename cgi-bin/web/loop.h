/*
 * loop.h: HTTP over FastCGI: the accept loop, and the same requests from the command line.
 */
#ifndef VHOD_WEB_LOOP_H
#define VHOD_WEB_LOOP_H

#include "web/program.h"

/* main() of each FastCGI program. Arguments:
 *   (none)                 serve FastCGI on descriptor 0 until SIGTERM, SIGQUIT, SIGINT
 *                          or SIGUSR1; what is in hand is finished first
 *   --prefixes             print the first segments of the routes (route_prefixes)
 *   --version              print the version (base/version.h)
 *   METHOD TARGET [NAME=VALUE …]  answer one request on standard output, with CGI variables set:
 *                          regions.fcgi GET /region/ru-alt.json HTTP_ACCEPT_ENCODING=gzip
 *                          The answer is in CGI form: it starts with "Status: 200 OK". The form of
 * a POST is read from standard input. Views are recorded only if VHOD_JOURNAL=1. Settings:
 * VHOD_SETTINGS, or what base/settings.h finds. Returns the exit status: 0; 1 if it could not start
 * or answer (5xx); 2 for wrong arguments. */
int loop_main(const struct program *program, int argc, char **argv);

#endif
