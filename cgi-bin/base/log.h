/*
 * log.h: the program's voice to its maintainer: one line per event on standard error, where the
 * FastCGI supervisor, the web server or journald picks it up.
 *
 * Control characters in a message are escaped (\x1b), so a request cannot forge a log line
 * (OWASP ASVS 5.0, 16.4.1). This is not the access journal: that is journal/journal.h.
 */
#ifndef VHOD_BASE_LOG_H
#define VHOD_BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO };

/* Names the program in every following line. Keeps the pointer: pass a literal or argv[0]. */
void log_program(const char *name);

/* Writes "name: level: message\n" in one write(2); a message over 1,000 bytes is cut. Keeps errno.
 */
void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...)    log_write(LOG_LEVEL_INFO, __VA_ARGS__)

#endif
