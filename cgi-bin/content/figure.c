/*
 * figure.c: a strict scanner for small SVG drawings. Contract: figure.h.
 *
 * It is an allow-list, not an XML parser: start tags, end tags, text inside text elements, five
 * entities, and nothing else. Comments, declarations, CDATA and processing instructions are
 * refused, so nothing can hide in them.
 */
#include "content/figure.h"
#include "base/buffer.h"
#include "base/message.h"
#include "content/rule.h"
#include "content/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16
#define WORD_MAX  32 /* bytes of an element's or attribute's name, and the NUL */

/* Each name has a blank on both sides. No style (it could load things), no id (it would meet the
 * page's own). */
static const char elements[] =
    " svg g path rect circle ellipse line polyline polygon text tspan use ";

static const char attributes[] =
    " xmlns viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx ry dx dy d points "
    "transform"
    " href class role aria-hidden aria-label focusable"
    " fill fill-opacity fill-rule opacity stroke stroke-width stroke-opacity stroke-linecap"
    " stroke-linejoin stroke-dasharray stroke-dashoffset vector-effect"
    " font-family font-size font-style font-weight letter-spacing text-anchor dominant-baseline ";

/* Of templates/parts/figures.mustache; FORMAT.md says what each is. */
static const char symbols[] = " f-window f-dialog f-form f-person f-check f-cross ";

/* The width of a letter, in its font size: that of narrow fonts, so that what does not fit by it
 * fits nowhere. */
#define LETTER_WIDTH 0.5

/* What a value must not hold, in any case: each could load or run something. */
static const char *const dangers[] = {"url(", "script",     "data:", "http",
                                      "//",   "expression", "\\",    "@"};

static const char svg_namespace[] = "http://www.w3.org/2000/svg";

struct scan {
    const char *at;
    const char *start;
    const char *path;
    struct faults *faults;
    size_t found; /* faults */
    bool stopped; /* the structure is broken: what follows cannot be judged */
    char open[DEPTH_MAX][WORD_MAX];
    size_t depth;
    bool has_view;            /* the root has a viewBox */
    double left, width;       /* of the viewBox */
    double text_x, text_size; /* of the text element that is open; size 0: it has none */
    double text_anchor;       /* how much of the text stands before x: 0, 0.5, 1 */
    bool moved;               /* something is transformed: nobody knows where it stands */
};

static void fault(struct scan *scan, const char *what, const char *name)
{
    int line = 1;

    for (const char *c = scan->start; c < scan->at; c++)
        line += *c == '\n';
    faults_add(scan->faults, scan->path, line, NULL, NULL, "%s%s%s%s", translated(what),
               name != NULL ? " \"" : "", name != NULL ? name : "", name != NULL ? "\"" : "");
    scan->found++;
}

static void stop(struct scan *scan, const char *what, const char *name)
{
    fault(scan, what, name);
    scan->stopped = true;
}

/* True if a list of names with blanks around each holds this one. */
static bool listed(const char *list, const char *name)
{
    char marked[WORD_MAX + 2];

    snprintf(marked, sizeof marked, " %s ", name);
    return strstr(list, marked) != NULL;
}

static void skip_space(struct scan *scan)
{
    scan->at += strspn(scan->at, " \n");
}

/* Takes a name of letters, digits, '-' and ':' (a prefix is then unknown to the lists). */
static bool take_name(struct scan *scan, char name[static WORD_MAX])
{
    size_t len =
        strspn(scan->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:");

    if (len == 0 || len >= WORD_MAX) {
        stop(scan, N_("a name is missing or too long in a tag"), NULL);
        return false;
    }
    memcpy(name, scan->at, len);
    name[len] = '\0';
    scan->at += len;
    return true;
}

/* Every & must begin one of the five entities of XML. */
static void check_entities(struct scan *scan, const char *text, size_t len)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};

    for (size_t i = 0; i < len; i++) {
        bool fine = text[i] != '&';

        for (size_t k = 0; k < sizeof known / sizeof known[0] && !fine; k++)
            fine = strncmp(text + i, known[k], strlen(known[k])) == 0;
        if (!fine)
            fault(scan, N_("an & must be written &amp;"), NULL);
    }
}

static void check_symbol(struct scan *scan, const char *element, const char *value)
{
    if (strcmp(element, "use") != 0 || value[0] != '#' || rule_id(value + 1) != NULL)
        fault(scan, N_("href is for use elements and names a symbol, like #f-window, not"), value);
    else if (strlen(value) >= WORD_MAX || !listed(symbols, value + 1))
        fault(scan, N_("no such symbol (FORMAT.md has the list):"), value);
}

/* Notes where things stand. */
static void note_place(struct scan *scan, const char *element, const char *name, const char *value)
{
    if (scan->depth == 0 && strcmp(name, "viewBox") == 0) {
        scan->has_view = true;
        sscanf(value, "%lf %*f %lf", &scan->left, &scan->width);
    } else if (strcmp(name, "transform") == 0) {
        scan->moved = true;
    } else if (strcmp(element, "text") == 0 || strcmp(element, "tspan") == 0) {
        if (strcmp(name, "x") == 0)
            scan->text_x = atof(value);
        else if (strcmp(name, "font-size") == 0)
            scan->text_size = atof(value);
        else if (strcmp(name, "text-anchor") == 0)
            scan->text_anchor = strcmp(value, "middle") == 0 ? 0.5 : strcmp(value, "end") == 0;
    }
}

/* A text that is wider than the drawing, or stands over its edge, is cut off for readers. */
static void check_fit(struct scan *scan, const char *text, size_t len)
{
    size_t letters = 0;
    double width, left;

    for (size_t i = 0; i < len; i++) {
        letters += text[i] != '\n' && ((unsigned char)text[i] & 0xC0) != 0x80;
        if (text[i] == '&') /* an entity is one sign */
            i += strcspn(text + i, ";");
    }
    width = (double)letters * LETTER_WIDTH * scan->text_size;
    left = scan->text_x - width * scan->text_anchor;
    if (!scan->moved && scan->width > 0 &&
        (left < scan->left || left + width > scan->left + scan->width))
        fault(scan, N_("this text does not fit into the drawing: shorten it, or move it"), NULL);
}

static void check_value(struct scan *scan, const char *element, const char *name, const char *value)
{
    if (strcmp(name, "xmlns") == 0) {
        if (strcmp(element, "svg") != 0 || strcmp(value, svg_namespace) != 0)
            fault(scan, N_("xmlns must be that of SVG, on the svg element, not"), value);
        return;
    }
    for (size_t i = 0; i < sizeof dangers / sizeof dangers[0]; i++) {
        if (strcasestr(value, dangers[i]) != NULL)
            fault(scan, N_("a value must not refer to anything outside, nor hold"), dangers[i]);
    }
    check_entities(scan, value, strlen(value));
    if (strcmp(name, "href") == 0)
        check_symbol(scan, element, value);
    note_place(scan, element, name, value);
}

/* Takes name="value". seen holds the names before it, each with a blank on both sides. */
static void take_attribute(struct scan *scan, const char *element, struct buffer *seen)
{
    char name[WORD_MAX];
    size_t len;
    char *value;

    if (!take_name(scan, name))
        return;
    if (!listed(attributes, name))
        fault(scan, N_("attribute is not on the list of content/figure.c:"), name);
    if (listed(buffer_text(seen), name))
        fault(scan, N_("attribute stands twice:"), name);
    buffer_printf(seen, " %s ", name);
    if (scan->at[0] != '=' || scan->at[1] != '"') {
        stop(scan, N_("attribute must be written name=\"value\":"), name);
        return;
    }
    len = strcspn(scan->at + 2, "\"<");
    if (scan->at[2 + len] != '"') {
        stop(scan, N_("value has no closing quotation mark, or a < in it:"), name);
        return;
    }
    value = strndup(scan->at + 2, len);
    if (value == NULL) {
        stop(scan, N_("memory ran out"), NULL);
        return;
    }
    check_value(scan, element, name, value);
    free(value);
    scan->at += len + 3;
}

/* Takes "<name …>" or "<name …/>" from behind the "<". */
static void take_start(struct scan *scan)
{
    char name[WORD_MAX];
    struct buffer seen = BUFFER_INIT;
    bool closed;

    if (!take_name(scan, name))
        return;
    if (!listed(elements, name))
        fault(scan, N_("element is not on the list of content/figure.c:"), name);
    if (strcmp(name, "text") == 0)
        scan->text_x = scan->text_size = scan->text_anchor = 0;
    if ((scan->depth == 0) != (strcmp(name, "svg") == 0))
        fault(scan, N_("the outermost element must be svg, and no other one:"), name);
    while (!scan->stopped && strspn(scan->at, " \n") > 0) {
        skip_space(scan);
        if (*scan->at == '>' || *scan->at == '/')
            break;
        take_attribute(scan, name, &seen);
    }
    buffer_free(&seen);
    if (scan->stopped)
        return;
    closed = scan->at[0] == '/' && scan->at[1] == '>';
    if (!closed && *scan->at != '>')
        stop(scan, N_("tag is not closed with > or />:"), name);
    else if (!closed && scan->depth == DEPTH_MAX)
        stop(scan, N_("elements are nested too deeply"), NULL);
    else if (!closed)
        memcpy(scan->open[scan->depth++], name, sizeof name);
    scan->at += scan->stopped ? 0 : 1 + closed;
}

/* Takes "</name>" from behind the "</". */
static void take_end(struct scan *scan)
{
    char name[WORD_MAX];

    if (!take_name(scan, name))
        return;
    if (scan->depth == 0 || strcmp(scan->open[scan->depth - 1], name) != 0 || *scan->at != '>') {
        stop(scan, N_("end tag does not match the last open element:"), name);
        return;
    }
    scan->depth--;
    scan->at++;
}

/* Takes text up to the next tag: only text elements may hold any. */
static void take_text(struct scan *scan)
{
    size_t len = strcspn(scan->at, "<");
    const char *parent = scan->depth ? scan->open[scan->depth - 1] : "";
    bool may = strcmp(parent, "text") == 0 || strcmp(parent, "tspan") == 0;

    if (!may && strspn(scan->at, " \n") < len)
        stop(scan, N_("text stands outside text elements, or after the end"), NULL);
    check_entities(scan, scan->at, len);
    if (may)
        check_fit(scan, scan->at, len);
    scan->at += len;
}

static void take_all(struct scan *scan)
{
    bool begun = false;

    while (!scan->stopped && *scan->at) {
        if (*scan->at != '<') {
            take_text(scan);
        } else if (scan->at[1] == '/') {
            scan->at += 2;
            take_end(scan);
        } else if (scan->at[1] == '!' || scan->at[1] == '?') {
            stop(scan, N_("comments, declarations and CDATA are not allowed"), NULL);
        } else if (begun && scan->depth == 0) {
            stop(scan, N_("there must be one svg element and nothing after it"), NULL);
        } else {
            begun = true;
            scan->at++;
            take_start(scan);
        }
    }
    if (!scan->stopped && (!begun || scan->depth > 0))
        stop(scan, N_("svg element is not closed"), NULL);
}

size_t figure_check(const char *svg, const char *path, struct faults *faults)
{
    struct scan scan = {.at = svg, .start = svg, .path = path, .faults = faults};

    take_all(&scan);
    if (scan.stopped)
        return scan.found;
    if (!scan.has_view)
        fault(&scan, N_("svg element needs a viewBox, so that it can be scaled"), NULL);
    return scan.found;
}

/* Copy of the text without white space at its ends. */
static char *trimmed(const char *text)
{
    size_t len;

    text += strspn(text, " \n");
    len = strlen(text);
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\n'))
        len--;
    return strndup(text, len);
}

enum err figure_load(struct figure *out, const char *path, const char *name, struct faults *faults)
{
    struct buffer text = BUFFER_INIT;
    enum err named = ERR_NONE;
    enum err err;

    out->path = strdup(path);
    if (rule_id(name) != NULL) {
        faults_add(faults, path, 0, NULL, NULL, "file name %s", translated(rule_id(name)));
        named = ERR_INVALID;
    } else {
        out->id = strdup(name);
    }
    err = out->path != NULL && (out->id != NULL || named) ? ERR_NONE : ERR_MEMORY;
    if (err == ERR_NONE)
        err = text_load(&text, path, FIGURE_MAX, false, faults);
    if (err == ERR_NONE && figure_check(buffer_text(&text), path, faults) > 0)
        err = ERR_INVALID;
    if (err == ERR_NONE) {
        out->svg = trimmed(buffer_text(&text));
        err = out->svg != NULL ? named : ERR_MEMORY;
    }
    out->broken = err != ERR_NONE;
    buffer_free(&text);
    return err;
}

void figure_free(struct figure *figure)
{
    free(figure->path);
    free(figure->id);
    free(figure->svg);
    *figure = (struct figure){0};
}
