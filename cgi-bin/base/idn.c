/*
 * idn.c: both forms of a host name, by libidn2. Contract in idn.h.
 *
 * Names of ASCII alone do not pass through the library: it would refuse some that are in use
 * (underscores, hyphens in third and fourth place), and there is nothing to translate.
 */
#include "base/idn.h"
#include "base/ascii.h"
#include <idn2.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* As browsers: no transitional mapping (ß stays), input in any normal form. */
#define FLAGS (IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL)

static bool is_ascii(const char *text)
{
    while (*text != '\0' && (unsigned char)*text < 0x80)
        text++;
    return *text == '\0';
}

static void add_lower(struct buffer *out, const char *text)
{
    for (; *text != '\0'; text++)
        buffer_putc(out, ascii_lower(*text));
}

/* True if a label starts with "xn--", in any case. */
static bool has_punycode(const char *host)
{
    for (const char *label = host; label != NULL; label = strchr(label, '.')) {
        label += *label == '.';
        if (strncasecmp(label, "xn--", 4) == 0)
            return true;
    }
    return false;
}

static enum err code_of(int code)
{
    if (code == IDN2_OK)
        return ERR_NONE;
    return code == IDN2_MALLOC ? ERR_MEMORY : ERR_INVALID;
}

enum err idn_to_ascii(struct buffer *out, const char *host)
{
    char *ascii = NULL;
    enum err err;

    if (is_ascii(host)) {
        add_lower(out, host);
        return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
    }
    err = code_of(idn2_to_ascii_8z(host, &ascii, FLAGS));
    /* The library lets empty labels pass. */
    if (err == ERR_NONE && (*ascii == '.' || strstr(ascii, "..") != NULL))
        err = ERR_INVALID;
    if (err == ERR_NONE)
        add_lower(out, ascii);
    idn2_free(ascii);
    return err == ERR_NONE && buffer_failed(out) ? ERR_MEMORY : err;
}

/* True if the name leads back to where it came from: a name that does not would be shown as one and
 * opened as another. */
static bool leads_back(const char *unicode, const char *ascii)
{
    char *back = NULL;
    bool same = idn2_to_ascii_8z(unicode, &back, FLAGS) == IDN2_OK && strcasecmp(back, ascii) == 0;

    idn2_free(back);
    return same;
}

enum err idn_to_unicode(struct buffer *out, const char *ascii)
{
    char *unicode = NULL;
    enum err err = ERR_NONE;

    if (has_punycode(ascii))
        err = code_of(idn2_to_unicode_8z8z(ascii, &unicode, 0));
    if (err == ERR_NONE && unicode != NULL && leads_back(unicode, ascii))
        buffer_puts(out, unicode);
    else if (err != ERR_MEMORY)
        buffer_puts(out, ascii);
    idn2_free(unicode);
    return err == ERR_MEMORY || buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}
