/*
 * markup.c: a strict reader of the HTML that we make ourselves. Contract: markup.h. It accepts one
 * spelling (lower case, quoted attributes, everything closed): what a browser would repair is
 * refused.
 */
#include "content/markup.h"
#include <stddef.h>
#include <string.h>

#define DEPTH_MAX 64

static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

static const struct element {
    const char *name;
    bool is_void;
} elements[] = {
    {"p", false},     {"ul", false},    {"ol", false},    {"li", false}, {"strong", false},
    {"em", false},    {"code", false},  {"pre", false},   {"a", false},  {"blockquote", false},
    {"h2", false},    {"h3", false},    {"h4", false},    {"h5", false}, {"h6", false},
    {"table", false}, {"thead", false}, {"tbody", false}, {"tr", false}, {"th", false},
    {"td", false},    {"ins", false},   {"del", false},   {"br", true},
};

/* What is open, innermost last. */
struct reader {
    const char *at;
    const struct element *open[DEPTH_MAX];
    size_t depth;
};

static bool is_local(const char *value, size_t len)
{
    return len > 0 && value[0] == '/' && (len == 1 || (value[1] != '/' && value[1] != '\\'));
}

static bool is_target(const char *value, size_t len)
{
    static const char *const schemes[] = {"https://", "mailto:", "tel:"};

    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (len > strlen(schemes[i]) && strncmp(value, schemes[i], strlen(schemes[i])) == 0)
            return true;
    }
    return is_local(value, len);
}

static bool is_word(const char *value, size_t len)
{
    return strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-") >= len;
}

static bool is_alignment(const char *value, size_t len)
{
    static const char before[] = "text-align: ";

    return len > sizeof before - 1 && strncmp(value, before, sizeof before - 1) == 0 &&
           is_word(value + sizeof before - 1, len - (sizeof before - 1));
}

static bool is_text(const char *value, size_t len)
{
    (void)value;
    (void)len;
    return true;
}

static const struct attribute {
    const char *name;
    bool (*is_fine)(const char *value, size_t len);
} attributes[] = {{"href", is_target},
                  {"title", is_text},
                  {"start", is_word},
                  {"class", is_word},
                  {"style", is_alignment}};

/* Takes name="value"; false if it is no attribute of ours. */
static bool take_attribute(struct reader *reader)
{
    size_t name_len = strspn(reader->at, letters);
    const char *value;
    size_t len;

    if (name_len == 0 || strncmp(reader->at + name_len, "=\"", 2) != 0)
        return false;
    value = reader->at + name_len + 2;
    len = strcspn(value, "\"<>");
    if (value[len] != '"')
        return false;
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        if (strlen(attributes[i].name) == name_len &&
            memcmp(attributes[i].name, reader->at, name_len) == 0) {
            reader->at = value + len + 1;
            return attributes[i].is_fine(value, len);
        }
    }
    return false;
}

static const struct element *take_element(struct reader *reader)
{
    size_t len = strspn(reader->at, letters);

    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++) {
        if (strlen(elements[i].name) == len && memcmp(elements[i].name, reader->at, len) == 0) {
            reader->at += len;
            return &elements[i];
        }
    }
    return NULL;
}

static bool take_end(struct reader *reader)
{
    const struct element *element = take_element(reader);

    if (element == NULL || reader->depth == 0 || reader->open[reader->depth - 1] != element)
        return false;
    reader->depth--;
    return *reader->at++ == '>';
}

/* What follows a '<'. */
static bool take_tag(struct reader *reader)
{
    const struct element *element;

    if (*reader->at == '/') {
        reader->at++;
        return take_end(reader);
    }
    element = take_element(reader);
    if (element == NULL)
        return false;
    while (*reader->at == ' ') {
        reader->at++;
        if (element->is_void && *reader->at == '/')
            break;
        if (!take_attribute(reader))
            return false;
    }
    if (element->is_void && *reader->at == '/')
        reader->at++;
    if (*reader->at != '>')
        return false;
    reader->at++;
    if (element->is_void)
        return true;
    if (reader->depth == DEPTH_MAX)
        return false;
    reader->open[reader->depth++] = element;
    return true;
}

bool markup_is_safe(const char *html)
{
    struct reader reader = {.at = html};

    while (*(reader.at += strcspn(reader.at, "<>"))) {
        if (*reader.at++ == '>' || !take_tag(&reader))
            return false;
    }
    return reader.depth == 0;
}
