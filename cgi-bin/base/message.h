/*
 * message.h: what maintainers read, in their language (gettext). A text is written once, in
 * English, in the code; po/ru.po has the Russian of every one. A text that stands in a table, or
 * goes to a function that translates what it is given (faults_add, log_error and their like), is
 * marked with N_; one that is printed at once is given to translated(). Texts of readers' pages are
 * no messages: they stand in templates.
 *
 * Nothing is translated until message_setup was called. The programs that serve pages do not call
 * it: their log is English.
 */
#ifndef VHOD_BASE_MESSAGE_H
#define VHOD_BASE_MESSAGE_H

#include <stddef.h>

/* Marks a text for the catalogue, and leaves it as it is. */
#define N_(text) text

/* The catalogue's name, and its file below a folder of locales. */
#define MESSAGE_DOMAIN "vhod"

/* From now on in the language of the environment (LC_ALL, LC_MESSAGES, LANG, LANGUAGE as gettext
 * reads them), also where that locale is not installed, if there is a catalogue for it beside this
 * program: BUILD/locale for BUILD/bin/vhod, PREFIX/share/locale for PREFIX/bin/vhod. Without one,
 * English. Call it once, before threads. */
void message_setup(void);

/* The text in that language, or text itself. A format stays a format with the same conversions
 * (msgfmt checks that). Lives as long as the program. Needs no memory of the caller's; without
 * memory it is text itself. text must not be NULL or empty. */
const char *translated(const char *text) __attribute__((format_arg(1)));

#endif
