/*
 * verdict.c: the verdict on a pasted address. Contract in verdict.h.
 *
 * Hosts are compared in Punycode, ports with the scheme's own left out. The path counts only where
 * several addresses share a host: there the longest path that the asked one begins with decides.
 */
#include "address/verdict.h"
#include "address/pasted.h"
#include "address/wrapped.h"
#include "base/log.h"
#include "base/url.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WRAPS_MAX 3 /* links in links that are followed; what is behind more is unknown */

/* An address taken apart for comparing. */
struct place {
    struct host_forms host;
    const char *domain; /* the registered part of host.ascii */
    int port;           /* 0: that of the scheme */
    bool https;
    bool has_user;
    const char *path; /* into the address; ends before '?' and '#' */
    size_t path_len;  /* without the slashes at its end */
};

struct entry {
    struct place place;
    enum check_verdict verdict;
    const char *region;
    size_t index;
    bool repeated; /* one before it has the same host and port, and is no worse an example */
};

struct check_list {
    struct entry *entries;
    size_t count;
};

const char *check_word(enum check_verdict verdict)
{
    static const char *const words[] = {"current", "federal", "former", "unknown"};

    return words[(unsigned)verdict <= CHECK_UNKNOWN ? verdict : CHECK_UNKNOWN];
}

/* --- taking apart --- */

static void place_free(struct place *place)
{
    host_forms_free(&place->host);
}

static int own_port(bool https)
{
    return https ? 443 : 80;
}

/* Whoever writes a port and no scheme means http by :80 and https by :443, as browsers do. */
static void set_port(struct place *place, int port, bool schemed)
{
    if (!schemed && port == own_port(false))
        place->https = false;
    place->port = port == own_port(place->https) ? 0 : port;
}

static void set_path(struct place *place, const char *rest)
{
    size_t len = strcspn(rest, "?#");

    while (len > 0 && rest[len - 1] == '/')
        len--;
    /* A path that a program would rewrite first is no guide to anything. */
    if (memchr(rest, '%', len) != NULL || memmem(rest, len, "/.", 2) != NULL)
        len = 0;
    place->path = rest;
    place->path_len = len;
}

/* address must outlive *out. The caller frees in every case. */
static enum err place_make(struct place *out, const char *address, bool schemed)
{
    struct url url;
    enum err err;

    memset(out, 0, sizeof *out);
    err = url_parse(&url, address);
    if (err != ERR_NONE)
        return err;
    out->https = url.scheme_len == strlen("https");
    out->has_user = url.has_user;
    set_port(out, url.port, schemed);
    set_path(out, url.rest);
    err = host_forms_make(&out->host, url.host, url.host_len);
    out->domain = err == ERR_NONE ? host_domain(buffer_text(&out->host.ascii)) : "";
    return err;
}

/* --- the list --- */

/* With and without www. is one site: both names are of one owner. */
static bool same_host(const struct entry *entry, const struct place *asked)
{
    return strcmp(host_bare(buffer_text(&entry->place.host.ascii)),
                  host_bare(buffer_text(&asked->host.ascii))) == 0;
}

static bool same_place(const struct entry *entry, const struct place *asked)
{
    return entry->place.port == asked->port && same_host(entry, asked);
}

/* Of known addresses that resemble it for the same reason, the better example: one that works in
 * all regions, then one that is right today. */
static bool is_better(const struct entry *like, const struct entry *entry)
{
    static const int ranks[] = {[CHECK_FEDERAL] = 0, [CHECK_CURRENT] = 1, [CHECK_FORMER] = 2};

    return ranks[entry->verdict] < ranks[like->verdict];
}

static void mark_repeated(struct check_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < i && !list->entries[i].repeated; k++)
            list->entries[i].repeated = same_place(&list->entries[k], &list->entries[i].place) &&
                                        !is_better(&list->entries[k], &list->entries[i]);
}

enum err check_list_new(struct check_list **out, const struct check_known *known, size_t count)
{
    struct check_list *list = calloc(1, sizeof *list);
    enum err err = ERR_NONE;

    *out = NULL;
    if (list == NULL || (list->entries = calloc(count + 1, sizeof *list->entries)) == NULL) {
        free(list);
        return ERR_MEMORY;
    }
    for (size_t i = 0; i < count && err != ERR_MEMORY; i++) {
        struct entry *entry = &list->entries[list->count];

        err = place_make(&entry->place, known[i].url, true);
        entry->verdict = known[i].verdict;
        entry->region = known[i].region;
        entry->index = i;
        if (err == ERR_NONE) {
            list->count++;
        } else {
            place_free(&entry->place);
            log_error("the address %s of the snapshot cannot be read; /check does not know it",
                      known[i].url);
        }
    }
    if (err == ERR_MEMORY) {
        check_list_free(list);
        return err;
    }
    mark_repeated(list);
    *out = list;
    return ERR_NONE;
}

void check_list_free(struct check_list *list)
{
    if (list == NULL)
        return;
    for (size_t i = 0; i < list->count; i++)
        place_free(&list->entries[i].place);
    free(list->entries);
    free(list);
}

/* --- the verdict on a host --- */

/* True if the asked path is the entry's, or goes on behind it at a slash. */
static bool leads_into(const struct entry *entry, const struct place *asked)
{
    size_t len = entry->place.path_len;

    return len <= asked->path_len && strncasecmp(entry->place.path, asked->path, len) == 0 &&
           (len == asked->path_len || asked->path[len] == '/');
}

/* Length of the longest path of the host that the asked one leads into; -1 if there is none. */
static long deepest(const struct check_list *list, const struct place *asked)
{
    long depth = -1;

    for (size_t i = 0; i < list->count; i++) {
        const struct entry *entry = &list->entries[i];

        if (same_place(entry, asked) && leads_into(entry, asked) &&
            (long)entry->place.path_len > depth)
            depth = (long)entry->place.path_len;
    }
    return depth;
}

static bool is_match(const struct entry *entry, const struct place *asked, long depth)
{
    return same_place(entry, asked) &&
           (depth < 0 || ((long)entry->place.path_len == depth && leads_into(entry, asked)));
}

static bool same_region(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Collects the addresses of the list that this one is, and the best verdict among them. */
static enum err match_place(const struct check_list *list, const struct place *asked,
                            struct check_result *out)
{
    long depth = deepest(list, asked);
    const struct entry *first = NULL;

    out->matches = calloc(list->count + 1, sizeof *out->matches);
    if (out->matches == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < list->count; i++) {
        const struct entry *entry = &list->entries[i];

        if (!is_match(entry, asked, depth))
            continue;
        if (entry->verdict < out->verdict)
            out->verdict = entry->verdict;
        if (entry->place.https && !asked->https)
            out->insecure = true;
        if (first != NULL && depth < 0 && !same_region(first->region, entry->region))
            out->open_path = true;
        first = first == NULL ? entry : first;
        out->matches[out->match_count++] = entry->index;
    }
    return ERR_NONE;
}

/* --- what an unknown address looks like --- */

/* True if the text holds the known host between signs that are none of a name. */
static bool names_host(const char *text, const struct entry *entry)
{
    const char *name = buffer_text(&entry->place.host.ascii);
    size_t len = strlen(name);

    for (const char *at = strcasestr(text, name); at != NULL; at = strcasestr(at + 1, name))
        if (at[len] == '\0' || strchr("/?#:@&=%", at[len]) != NULL)
            return true;
    return false;
}

static bool same_domain(const struct entry *entry, const struct place *asked)
{
    return *asked->domain != '\0' && strcmp(asked->domain, entry->place.domain) == 0;
}

/* own: the asked host is below a domain of the list. */
static enum look_alike reason_for(const struct entry *entry, const struct place *asked,
                                  const char *address, bool own)
{
    const char *behind = strpbrk(strstr(address, "://") + 3, "/?#");
    const char *at = strchr(address, '@');
    enum look_alike why;

    if (asked->has_user && (same_place(entry, asked) || (at != NULL && names_host(address, entry))))
        return LOOK_USER;
    if (same_host(entry, asked))
        return same_place(entry, asked) ? LOOK_NONE : LOOK_PORT;
    /* Nobody but the owner of a domain can make names below it: no forgery of itself. */
    why = own ? LOOK_NONE : look_alike_compare(&asked->host, &entry->place.host);
    if (why == LOOK_NONE && behind != NULL && names_host(behind, entry))
        return LOOK_PATH;
    return why;
}

static bool is_below_known(const struct check_list *list, const struct place *asked)
{
    for (size_t i = 0; i < list->count; i++)
        if (same_domain(&list->entries[i], asked))
            return true;
    return false;
}

/* True if the host is that of several regions' addresses: none of them may be shown as its. */
static bool is_shared(const struct check_list *list, const struct entry *like)
{
    for (size_t i = 0; i < list->count; i++)
        if (same_place(&list->entries[i], &like->place) &&
            !same_region(list->entries[i].region, like->region))
            return true;
    return false;
}

static void find_look_alike(const struct check_list *list, const struct place *asked,
                            const char *address, bool own, struct check_result *out)
{
    const struct entry *like = NULL;

    out->mixed = asked->host.mixed && !own;
    for (size_t i = 0; i < list->count; i++) {
        const struct entry *entry = &list->entries[i];
        enum look_alike why = entry->repeated ? LOOK_NONE : reason_for(entry, asked, address, own);

        if (why < out->why || (like != NULL && why == out->why && is_better(like, entry))) {
            out->why = why;
            like = entry;
        }
    }
    if (like == NULL)
        return;
    out->like = like->index;
    out->like_shared = is_shared(list, like);
}

/* --- the whole --- */

/* IPv6 stands in brackets, or its colons could not be told from the port's. */
static void write_name(struct buffer *out, const struct buffer *name, int port)
{
    bool ipv6 = strchr(buffer_text(name), ':') != NULL;

    buffer_puts(out, ipv6 ? "[" : "");
    buffer_puts(out, buffer_text(name));
    buffer_puts(out, ipv6 ? "]" : "");
    if (port != 0)
        buffer_printf(out, ":%d", port);
}

static void write_host(const struct place *place, struct check_result *out)
{
    write_name(&out->host, &place->host.shown, place->port);
    write_name(&out->ascii, &place->host.ascii, place->port);
}

static enum err judge(const struct check_list *list, const struct pasted *pasted,
                      struct check_result *out)
{
    const char *address = buffer_text(&pasted->address);
    struct place asked;
    enum err err = place_make(&asked, address, pasted->schemed);

    if (err != ERR_NONE)
        goto out;
    write_host(&asked, out);
    out->has_user = asked.has_user;
    if (!asked.has_user)
        err = match_place(list, &asked, out);
    if (err == ERR_NONE && out->verdict == CHECK_UNKNOWN) {
        bool own = is_below_known(list, &asked);

        /* Something before an @ is a trick, whosever name is behind it. */
        buffer_puts(&out->domain, own && !asked.has_user ? asked.domain : "");
        find_look_alike(list, &asked, address, own, out);
    }
    if (buffer_failed(&out->host) || buffer_failed(&out->ascii) || buffer_failed(&out->domain))
        err = ERR_MEMORY;
out:
    place_free(&asked);
    return err;
}

/* Puts in place of a link that leads on what it leads to. */
static enum err unwrap(struct pasted *pasted, struct check_result *out)
{
    struct buffer inner = BUFFER_INIT, swap;
    enum err err = ERR_NONE;

    for (int i = 0; i < WRAPS_MAX && err == ERR_NONE; i++) {
        err = wrapped_find(&inner, buffer_text(&pasted->address));
        if (err != ERR_NONE)
            break;
        buffer_clear(&out->wrapped);
        err = url_host_of(&out->wrapped, buffer_text(&pasted->address));
        swap = pasted->address;
        pasted->address = inner;
        inner = swap;
        pasted->schemed = true;
    }
    buffer_free(&inner);
    return err == ERR_MEMORY ? err : ERR_NONE;
}

enum err check_address(const struct check_list *list, const char *text, size_t len,
                       struct check_result *out)
{
    struct pasted pasted;
    enum err err;

    memset(out, 0, sizeof *out);
    out->verdict = CHECK_UNKNOWN;
    out->why = LOOK_NONE;
    err = pasted_find(&pasted, text, len);
    out->several = err == ERR_NONE && pasted.several;
    if (err == ERR_NONE && !pasted.several)
        err = unwrap(&pasted, out);
    if (err == ERR_NONE && !pasted.several)
        err = judge(list, &pasted, out);
    pasted_free(&pasted);
    /* What cannot be read is unknown, and that is an answer. */
    return err == ERR_MEMORY ? err : ERR_NONE;
}

void check_result_free(struct check_result *result)
{
    if (result == NULL)
        return;
    buffer_free(&result->host);
    buffer_free(&result->ascii);
    buffer_free(&result->wrapped);
    buffer_free(&result->domain);
    free(result->matches);
    memset(result, 0, sizeof *result);
}
