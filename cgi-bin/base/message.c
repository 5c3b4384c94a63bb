/*
 * message.c: gettext, set up for a machine where the locale may not be installed. Contract in
 * message.h. It knows no text.
 */
#include "base/message.h"
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool ready;

/* Where catalogues lie, seen from the folder of the program. */
static const char *const folders[] = {"locale", "share/locale"};

/* The folder above that of this program, without a slash at its end; false if it is not known. */
static bool find_top(char top[static PATH_MAX])
{
    ssize_t len = readlink("/proc/self/exe", top, PATH_MAX - 1);
    char *slash;

    if (len <= 0)
        return false;
    top[len] = '\0';
    for (int up = 0; up < 2; up++) {
        slash = strrchr(top, '/');
        if (slash == NULL)
            return false;
        *slash = '\0';
    }
    return true;
}

/* The first of the folders that is there. */
static bool find_folder(char *out, size_t size)
{
    char top[PATH_MAX];

    if (!find_top(top))
        return false;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        int len = snprintf(out, size, "%s/%s", top, folders[i]);

        if (len > 0 && (size_t)len < size && access(out, R_OK | X_OK) == 0)
            return true;
    }
    return false;
}

/* The locale that is asked for, as POSIX orders the variables; NULL if none is. */
static const char *wanted_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);

        if (value != NULL && *value != '\0')
            return value;
    }
    return NULL;
}

/* A bare Debian has no locale but C.UTF-8. gettext asks only that it is another one than "C", and
 * takes the language from LANGUAGE then. */
static void use_language(const char *locale)
{
    char language[32];
    size_t len = strcspn(locale, ".@");

    if (len >= sizeof language || setlocale(LC_MESSAGES, "C.UTF-8") == NULL)
        return;
    memcpy(language, locale, len);
    language[len] = '\0';
    setenv("LANGUAGE", language, 0);
}

void message_setup(void)
{
    char folder[PATH_MAX];
    const char *wanted = wanted_locale();

    if (!find_folder(folder, sizeof folder))
        return;
    if (setlocale(LC_MESSAGES, "") == NULL && wanted != NULL)
        use_language(wanted);
    /* Our texts are UTF-8 whatever LC_CTYPE says, which stays "C" for the C library's functions. */
    ready = bindtextdomain(MESSAGE_DOMAIN, folder) != NULL &&
            bind_textdomain_codeset(MESSAGE_DOMAIN, "UTF-8") != NULL;
}

const char *translated(const char *text)
{
    return ready ? dgettext(MESSAGE_DOMAIN, text) : text;
}
