/*
 * ordinary.c: walking the automaton of ops/ordinary.c. Contract: ordinary.h.
 */
#include "search/ordinary.h"
#include "gen/search/ordinary.h"
#include "search/typing.h"

/* An edge: the letter in the lowest six bits, whether a word may end with it, whether it is the
 * last of its node, and where the edges of the node begin that it leads to (0: nowhere). */
#define LETTER   0x3fU
#define FINAL    (1U << 6)
#define LAST     (1U << 7)
#define LEADS_TO 8

/* The edge of a node with this letter, or 0. */
static uint32_t edge_of(uint32_t node, unsigned char letter)
{
    for (uint32_t at = node; at != 0; at = ordinary_edges[at] & LAST ? 0 : at + 1)
        if ((ordinary_edges[at] & LETTER) == letter)
            return ordinary_edges[at];
    return 0;
}

bool ordinary_word(const char *word)
{
    char letters[TYPING_WORD_MAX];
    size_t count = typing_bytes(word, letters, sizeof letters);
    uint32_t node = ORDINARY_ROOT, edge = 0;

    for (size_t i = 0; i < count; i++) {
        edge = edge_of(node, (unsigned char)letters[i]);
        node = edge >> LEADS_TO;
    }
    return edge & FINAL;
}
