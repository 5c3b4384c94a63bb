/*
 * host.c: forms and parts of a host name. Contract in host.h.
 */
#include "address/host.h"
#include "address/letters.h"
#include "base/idn.h"
#include "base/utf8.h"
#include <libpsl.h>
#include <string.h>

#define HOST_MAX 253

/* --- parts of a name --- */

/* Under these anybody may register, or is given a name, so two names below one of them have nothing
 * in common. What the Public Suffix List (libpsl) does not have, or not in each of its versions. */
static bool is_public_suffix(const char *name)
{
    static const char *const suffixes[] = {
        /* zones of ministries and universities that the field runs itself */
        "ac.ru", "edu.ru", "gov.ru", "int.ru", "mil.ru",
        /* second levels that registrars sell names under */
        "com.ru", "net.ru", "org.ru", "pp.ru", "msk.ru", "spb.ru", "nov.ru", "msk.su", "nov.su",
        "spb.su", "adygeya.ru", "bashkiria.ru", "bir.ru", "cbg.ru", "dagestan.ru", "grozny.ru",
        "kalmykia.ru", "kustanai.ru", "marine.ru", "mordovia.ru", "mytis.ru", "nalchik.ru",
        "pyatigorsk.ru", "vladikavkaz.ru", "vladimir.ru",
        /* free hosting and builders: whoever asks gets a name */
        "3dn.ru", "a5.ru", "at.ua", "beget.tech", "bitrix24site.ru", "blogspot.com", "clan.su",
        "do.am", "edusite.ru", "jimdo.com", "jimdofree.com", "livejournal.com", "lpmotor.ru",
        "moy.su", "my1.ru", "mya5.ru", "narod.ru", "nethouse.ru", "okis.ru", "site123.me",
        "taplink.ws", "tb.ru", "tilda.ws", "turbo.site", "ucoz.com", "ucoz.net", "ucoz.org",
        "ucoz.ru", "umi.ru", "weebly.com", "wixsite.com", "wordpress.com"};

    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (strcmp(suffixes[i], name) == 0)
            return true;
    return false;
}

/* The label before the one that name points to; NULL if name is the first. */
static const char *label_before(const char *start, const char *name)
{
    if (name == start)
        return NULL;
    for (name--; name > start && name[-1] != '.'; name--)
        ;
    return name;
}

const char *host_domain(const char *ascii)
{
    const char *end = ascii + strlen(ascii), *domain;

    if (*ascii == '\0' || strspn(ascii, "0123456789.") == strlen(ascii) ||
        strchr(ascii, ':') != NULL)
        return end;
    domain = psl_registrable_domain(psl_builtin(), ascii);
    if (domain != NULL && is_public_suffix(domain))
        domain = label_before(ascii, domain);
    return domain != NULL ? domain : end;
}

bool host_is_state(const char *ascii)
{
    static const char *const zones[] = {".gov.ru", ".mil.ru"};
    size_t len = strlen(ascii);

    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++)
        if (len > strlen(zones[i]) && strcmp(ascii + len - strlen(zones[i]), zones[i]) == 0)
            return true;
    return false;
}

const char *host_bare(const char *name)
{
    return strncmp(name, "www.", 4) == 0 ? name + 4 : name;
}

/* --- forms --- */

static void make_joined(struct buffer *out, const char *latin)
{
    for (; *latin != '\0'; latin++)
        if (*latin != '-' && *latin != '.')
            buffer_putc(out, *latin);
}

static void find_parts(struct host_forms *out)
{
    const char *latin = buffer_text(&out->latin), *domain = host_domain(latin);

    out->start = (size_t)(host_bare(latin) - latin);
    out->domain = (size_t)(domain - latin);
    out->label = strcspn(domain, ".");
    for (const char *at = latin + out->start; *at != '\0'; at++)
        out->letters |= UINT64_C(1) << ((*at & 0x80) != 0 ? 0 : *at & 63);
    out->mixed = letters_mixed(buffer_text(&out->shown));
}

enum err host_forms_make(struct host_forms *out, const char *host, size_t len)
{
    char name[HOST_MAX * 4 + 1];
    enum err err;

    memset(out, 0, sizeof *out);
    if (len > 1 && host[len - 1] == '.')
        len--;
    if (len == 0 || len >= sizeof name || !utf8_clean(host, len))
        return ERR_INVALID;
    memcpy(name, host, len);
    name[len] = '\0';
    err = idn_to_ascii(&out->ascii, name);
    /* Other signs for a full stop have become one by now. */
    if (out->ascii.len > 1 && out->ascii.data[out->ascii.len - 1] == '.')
        buffer_cut(&out->ascii, out->ascii.len - 1);
    if (err == ERR_NONE && out->ascii.len > HOST_MAX)
        err = ERR_INVALID;
    if (err == ERR_NONE)
        err = idn_to_unicode(&out->shown, buffer_text(&out->ascii));
    if (err != ERR_NONE)
        return err;
    letters_latin(&out->latin, buffer_text(&out->shown));
    letters_plain(&out->plain, host_bare(buffer_text(&out->latin)));
    make_joined(&out->joined, host_bare(buffer_text(&out->latin)));
    find_parts(out);
    return buffer_failed(&out->latin) || buffer_failed(&out->plain) || buffer_failed(&out->joined)
               ? ERR_MEMORY
               : ERR_NONE;
}

void host_forms_free(struct host_forms *forms)
{
    if (forms == NULL)
        return;
    buffer_free(&forms->ascii);
    buffer_free(&forms->shown);
    buffer_free(&forms->latin);
    buffer_free(&forms->plain);
    buffer_free(&forms->joined);
}
