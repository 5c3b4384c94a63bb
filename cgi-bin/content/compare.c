/*
 * compare.c: a longest common subsequence of tags and words. Contract: compare.h.
 *
 * Of the older text only words come into the result: the tags are those of the newer one, so they
 * are nested as they were.
 */
#include "content/compare.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* More pairs than these are not looked at: then all of it is another text. 32 MB. */
#define PAIRS_MAX (1U << 24)
#define DEPTH_MAX 64

/* --- tags and words --- */

struct token {
    const char *blanks; /* before it */
    const char *text;
    size_t len;
};

struct tokens {
    struct token *items;
    size_t count;
    const char *end; /* the blanks behind the last one */
};

static bool is_tag(const struct token *token)
{
    return *token->text == '<';
}

static bool has_name(const struct token *tag, const char *names)
{
    const char *name = tag->text + 1 + (tag->text[1] == '/');
    size_t len = strcspn(name, " />");

    for (const char *at = strchr(names, ' '); at != NULL && at[1] != '\0'; at = strchr(at + 1, ' '))
        if (strncmp(at + 1, name, len) == 0 && at[1 + len] == ' ')
            return true;
    return false;
}

static bool is_inline(const struct token *tag)
{
    return has_name(tag, " em strong code a br ");
}

static bool opens_block(const struct token *token)
{
    return is_tag(token) && token->text[1] != '/' && !is_inline(token);
}

static bool is_equal(const struct token *a, const struct token *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* A block is the same one only if it begins alike: of two paragraphs of which one is gone, the
 * other has stayed. Behind the last token stands an empty one. */
static bool same(const struct token *a, const struct token *b)
{
    return is_equal(a, b) && (!opens_block(a) || is_equal(a + 1, b + 1));
}

static enum err split(struct tokens *out, const char *html)
{
    out->items = calloc(strlen(html) + 1, sizeof *out->items);
    if (out->items == NULL)
        return ERR_MEMORY;
    for (;;) {
        struct token *token = &out->items[out->count];

        token->blanks = html;
        token->text = html += strspn(html, " \n");
        if (*html == '\0')
            break;
        html += *html == '<' ? strcspn(html, ">") : strcspn(html, " \n<");
        html += *token->text == '<' && *html == '>' ? 1 : 0;
        token->len = (size_t)(html - token->text);
        out->count++;
    }
    out->end = out->items[out->count].blanks;
    return ERR_NONE;
}

/* --- what is common --- */

/* The part that differs: where both begin and end alike is left out. */
struct middle {
    const struct token *before, *after;
    size_t before_count, after_count;
    uint16_t *common; /* of what follows each pair, rows of after_count + 1; NULL: nothing is */
};

static enum err find_common(struct middle *middle)
{
    size_t width = middle->after_count + 1;

    if (middle->before_count >= UINT16_MAX || width >= UINT16_MAX ||
        (middle->before_count + 1) * width > PAIRS_MAX)
        return ERR_NONE;
    middle->common = calloc((middle->before_count + 1) * width, sizeof *middle->common);
    if (middle->common == NULL)
        return ERR_MEMORY;
    for (size_t i = middle->before_count; i-- > 0;)
        for (size_t j = middle->after_count; j-- > 0;) {
            uint16_t *here = &middle->common[i * width + j], below = here[width], right = here[1];

            if (same(&middle->before[i], &middle->after[j]))
                *here = (uint16_t)(here[width + 1] + 1);
            else
                *here = below > right ? below : right;
        }
    return ERR_NONE;
}

/* True if the older token goes before the newer one comes: old words stand before new ones, but in
 * the block that the new ones begin. */
static bool goes_first(const struct middle *middle, size_t i, size_t j)
{
    const uint16_t *here;

    if (middle->common == NULL)
        return true;
    here = &middle->common[i * (middle->after_count + 1) + j];
    if (here[middle->after_count + 1] == here[1])
        return !opens_block(&middle->after[j]);
    return here[middle->after_count + 1] > here[1];
}

/* --- writing --- */

/* What may stand directly inside an element. */
enum inside { WORDS, PARAGRAPHS, ITEMS, CELLS };

struct writing {
    struct buffer *out;
    struct buffer gone; /* old words that wait for their place */
    enum inside open[DEPTH_MAX];
    size_t depth;
    bool inserting; /* <ins> is open */
    bool apart;     /* the next word wants a blank before it */
    long added, removed;
};

static enum inside inside_now(const struct writing *w)
{
    return w->depth == 0 ? PARAGRAPHS : w->open[w->depth <= DEPTH_MAX ? w->depth - 1 : 0];
}

static enum inside inside_of(const struct token *tag)
{
    if (has_name(tag, " ul ol "))
        return ITEMS;
    if (has_name(tag, " table thead tbody tr "))
        return CELLS;
    return has_name(tag, " blockquote ") ? PARAGRAPHS : WORDS;
}

static void end_insert(struct writing *w)
{
    if (w->inserting)
        buffer_puts(w->out, "</ins>");
    w->inserting = false;
}

/* Old words to their place, if one is here. */
static void put_gone(struct writing *w)
{
    static const char *const around[][2] = {
        [WORDS] = {"", ""}, [PARAGRAPHS] = {"<p>", "</p>"}, [ITEMS] = {"<li>", "</li>"}};
    enum inside inside = inside_now(w);
    const struct buffer *out = w->out;

    if (w->gone.len == 0 || inside == CELLS)
        return;
    end_insert(w);
    if (inside == WORDS && out->len > 0 && strchr(" \n>", out->data[out->len - 1]) == NULL)
        buffer_putc(w->out, ' ');
    if (inside != WORDS && out->len > 0 && out->data[out->len - 1] != '\n')
        buffer_putc(w->out, '\n');
    buffer_puts(w->out, around[inside][0]);
    buffer_puts(w->out, "<del>");
    buffer_add(w->out, w->gone.data, w->gone.len);
    buffer_puts(w->out, "</del>");
    buffer_puts(w->out, around[inside][1]);
    buffer_clear(&w->gone);
    w->apart = inside == WORDS;
}

static void take_out(struct writing *w, const struct token *token)
{
    if (!is_tag(token)) {
        buffer_puts(&w->gone, w->gone.len > 0 ? " " : "");
        buffer_add(&w->gone, token->text, token->len);
        w->removed++;
    } else if (!is_inline(token) && inside_now(w) != WORDS) {
        put_gone(w);
    }
}

static void put_tag(struct writing *w, const struct token *tag)
{
    end_insert(w);
    buffer_add(w->out, tag->blanks, (size_t)(tag->text - tag->blanks));
    buffer_add(w->out, tag->text, tag->len);
    w->apart = w->apart && is_inline(tag) && tag->text == tag->blanks;
    if (has_name(tag, " br hr img "))
        return;
    if (tag->text[1] == '/')
        w->depth -= w->depth > 0 ? 1 : 0;
    else if (w->depth++ < DEPTH_MAX)
        w->open[w->depth - 1] = inside_of(tag);
}

static void put_word(struct writing *w, const struct token *word, bool new)
{
    if (!new)
        end_insert(w);
    if (word->text == word->blanks && w->apart)
        buffer_putc(w->out, ' ');
    buffer_add(w->out, word->blanks, (size_t)(word->text - word->blanks));
    if (new && !w->inserting)
        buffer_puts(w->out, "<ins>");
    buffer_add(w->out, word->text, word->len);
    w->inserting = new;
    w->apart = false;
    w->added += new;
}

static void put(struct writing *w, const struct token *token, bool new)
{
    put_gone(w);
    if (is_tag(token))
        put_tag(w, token);
    else
        put_word(w, token, new);
}

static void put_middle(struct writing *w, const struct middle *middle)
{
    size_t i = 0, j = 0;

    while (i < middle->before_count || j < middle->after_count) {
        bool both = i < middle->before_count && j < middle->after_count;

        if (both && middle->common != NULL && same(&middle->before[i], &middle->after[j])) {
            put(w, &middle->after[j++], false);
            i++;
        } else if (j == middle->after_count || (both && goes_first(middle, i, j))) {
            take_out(w, &middle->before[i++]);
        } else {
            put(w, &middle->after[j++], true);
        }
    }
}

/* --- the whole --- */

static enum err put_all(struct writing *w, const struct tokens *before, const struct tokens *after)
{
    size_t least = before->count < after->count ? before->count : after->count;
    size_t head = 0, tail = 0;
    struct middle middle = {.common = NULL};
    enum err err;

    while (head < least && same(&before->items[head], &after->items[head]))
        head++;
    while (tail < least - head &&
           same(&before->items[before->count - tail - 1], &after->items[after->count - tail - 1]))
        tail++;
    middle.before = before->items + head;
    middle.after = after->items + head;
    middle.before_count = before->count - head - tail;
    middle.after_count = after->count - head - tail;
    err = find_common(&middle);
    for (size_t i = 0; i < head; i++)
        put(w, &after->items[i], false);
    if (err == ERR_NONE)
        put_middle(w, &middle);
    for (size_t i = after->count - tail; i < after->count; i++)
        put(w, &after->items[i], false);
    end_insert(w);
    put_gone(w);
    buffer_puts(w->out, after->end);
    free(middle.common);
    return err;
}

enum err compare_html(struct buffer *out, const char *before, const char *after, long *added,
                      long *removed)
{
    struct tokens old = {.items = NULL}, new = {.items = NULL};
    struct writing w = {.out = out};
    enum err err = split(&old, before);

    if (err == ERR_NONE)
        err = split(&new, after);
    if (err == ERR_NONE)
        err = put_all(&w, &old, &new);
    if (buffer_failed(out) || buffer_failed(&w.gone))
        err = ERR_MEMORY;
    *added = w.added;
    *removed = w.removed;
    buffer_free(&w.gone);
    free(old.items);
    free(new.items);
    return err;
}
