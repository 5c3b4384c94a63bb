/*
 * log.c: formats one event, makes it harmless, writes it to standard error in one write(2) so that
 * lines of several workers on one pipe do not mix. It allocates nothing, so it works when memory is
 * out, and it does not rotate, filter or count.
 */
#include "base/log.h"
#include "base/message.h"
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Longest message before escaping; longer ones are cut and end in "...". */
#define MESSAGE_MAX 1000
/* Worst case: each byte becomes \xNN, plus the program's name and the level. */
#define LINE_MAX_BYTES (MESSAGE_MAX * 4 + 128)

static const char *program = "vhod";

static const char *const level_names[] = {
    [LOG_LEVEL_ERROR] = "error",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_INFO] = "info",
};

void log_program(const char *name)
{
    const char *slash = strrchr(name, '/');

    program = slash == NULL ? name : slash + 1;
}

/* A terminal obeys C0, DEL and also C1 controls, which are the two bytes C2 80 to C2 9F in UTF-8.
 */
static bool is_control(const unsigned char *at)
{
    if (at[0] < 0x20 || at[0] == 0x7f)
        return true;
    return at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f;
}

/* Copies message into line with controls as \xNN; returns the new length. */
static size_t escape(char *line, size_t len, const char *message)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *at = (const unsigned char *)message;

    for (; *at != '\0' && len + 10 < LINE_MAX_BYTES; at++) {
        size_t bytes = 1;

        if (!is_control(at)) {
            line[len++] = (char)*at;
            continue;
        }
        if (at[0] == 0xc2)
            bytes = 2;
        for (size_t i = 0; i < bytes; i++) {
            line[len++] = '\\';
            line[len++] = 'x';
            line[len++] = digits[at[i] >> 4];
            line[len++] = digits[at[i] & 15];
        }
        at += bytes - 1;
    }
    return len;
}

/* Ends a cut message at a whole UTF-8 character, so that journald does not take the line for
 * binary. */
static void mark_cut(char message[static MESSAGE_MAX + 1])
{
    size_t end = MESSAGE_MAX - 3;

    while (end > 0 && ((unsigned char)message[end] & 0xc0) == 0x80)
        end--;
    memcpy(message + end, "...", 4);
}

void log_write(enum log_level level, const char *format, ...)
{
    int saved = errno;
    char message[MESSAGE_MAX + 1];
    char line[LINE_MAX_BYTES];
    va_list arguments;
    size_t len;
    int wanted;

    va_start(arguments, format);
    wanted = vsnprintf(message, sizeof message, translated(format), arguments);
    va_end(arguments);
    if (wanted < 0)
        strcpy(message, "(a message that could not be formatted)");
    else if (wanted > MESSAGE_MAX)
        mark_cut(message);

    len = (size_t)snprintf(line, 128, "%.60s: %s: ", program, level_names[level]);
    len = escape(line, len, message);
    line[len++] = '\n';
    /* Nobody is left to tell when standard error itself fails. */
    while (write(STDERR_FILENO, line, len) < 0 && errno == EINTR)
        continue;
    errno = saved;
}
