/*
 * multipart.c: boundaries and the head of each part. Contract in multipart.h.
 */
#include "web/multipart.h"
#include "base/utf8.h"
#include <string.h>
#include <strings.h>

static const char type[] = "multipart/form-data";

/* The value of a parameter of a header field, unquoted, into out; false if it is not there or has
 * no room. Browsers write %22 for a quote in a name (RFC 7578, 2), so a quote ends the value. */
static bool take_parameter(const char *field, size_t field_len, const char *name, char *out,
                           size_t size)
{
    const char *end = field + field_len;
    size_t name_len = strlen(name);

    for (const char *at = memchr(field, ';', field_len); at != NULL;
         at = memchr(at, ';', (size_t)(end - at))) {
        size_t len;
        bool quoted;

        for (at++; at < end && (*at == ' ' || *at == '\t'); at++)
            ;
        if ((size_t)(end - at) <= name_len + 1 || strncasecmp(at, name, name_len) != 0 ||
            at[name_len] != '=')
            continue;
        at += name_len + 1;
        quoted = *at == '"';
        at += quoted;
        for (len = 0; at + len < end && at[len] != '"' && (quoted || at[len] != ';'); len++)
            ;
        if (len >= size || (quoted && at + len == end))
            return false;
        memcpy(out, at, len);
        out[len] = '\0';
        return true;
    }
    return false;
}

bool multipart_begin(struct multipart *out, const char *content_type, const char *body, size_t len)
{
    char boundary[71];

    *out = (struct multipart){.at = body, .end = body + len};
    if (strncasecmp(content_type, type, sizeof type - 1) != 0 ||
        !take_parameter(content_type, strlen(content_type), "boundary", boundary,
                        sizeof boundary) ||
        *boundary == '\0')
        return false;
    memcpy(out->boundary, "--", 2);
    memcpy(out->boundary + 2, boundary, strlen(boundary) + 1);
    return true;
}

static bool broken(struct multipart *multipart)
{
    multipart->broken = true;
    return false;
}

/* A file's name as some browsers send it has folders in front. */
static void drop_folders(char *name)
{
    char *last = name;

    for (char *c = name; *c != '\0'; c++)
        if (*c == '/' || *c == '\\')
            last = c + 1;
    memmove(name, last, strlen(last) + 1);
}

/* One line of a part's head. */
static bool take_field(struct multipart_part *out, const char *line, size_t len)
{
    static const char disposition[] = "content-disposition:";

    if (len < sizeof disposition - 1 || strncasecmp(line, disposition, sizeof disposition - 1) != 0)
        return true; /* Content-Type: what the bytes are, they say themselves */
    if (!take_parameter(line, len, "name", out->name, sizeof out->name) ||
        !utf8_clean(out->name, strlen(out->name)))
        return false;
    out->is_file = take_parameter(line, len, "filename", out->file, sizeof out->file);
    if (!utf8_clean(out->file, strlen(out->file)))
        return false;
    drop_folders(out->file);
    return true;
}

/* The lines up to the empty one; at stands behind it then. */
static bool take_head(struct multipart *multipart, struct multipart_part *out)
{
    for (;;) {
        const char *line = multipart->at;
        const char *end = memmem(line, (size_t)(multipart->end - line), "\r\n", 2);

        if (end == NULL)
            return false;
        multipart->at = end + 2;
        if (end == line)
            return *out->name != '\0';
        if (!take_field(out, line, (size_t)(end - line)))
            return false;
    }
}

/* Behind a boundary: a line end, or the two hyphens of the last. */
static bool pass_boundary(struct multipart *multipart)
{
    size_t left;

    multipart->at += strlen(multipart->boundary);
    left = (size_t)(multipart->end - multipart->at);
    if (left < 2)
        return false;
    multipart->over = memcmp(multipart->at, "--", 2) == 0;
    if (!multipart->over && memcmp(multipart->at, "\r\n", 2) != 0)
        return false;
    multipart->at += 2;
    return true;
}

bool multipart_next(struct multipart *multipart, struct multipart_part *out)
{
    size_t len = strlen(multipart->boundary);
    const char *end;

    memset(out, 0, sizeof *out);
    if (multipart->broken || multipart->over)
        return false;
    if ((size_t)(multipart->end - multipart->at) < len ||
        memcmp(multipart->at, multipart->boundary, len) != 0 || !pass_boundary(multipart))
        return broken(multipart);
    if (multipart->over)
        return false;
    if (!take_head(multipart, out))
        return broken(multipart);
    out->bytes = end = multipart->at;
    for (;;) { /* to the line end before the next boundary, which belongs to it */
        end = memmem(end, (size_t)(multipart->end - end), "\r\n--", 4);
        if (end == NULL || (size_t)(multipart->end - end) < len + 2)
            return broken(multipart);
        if (memcmp(end + 2, multipart->boundary, len) == 0)
            break;
        end += 2;
    }
    out->len = (size_t)(end - out->bytes);
    multipart->at = end + 2;
    return true;
}
