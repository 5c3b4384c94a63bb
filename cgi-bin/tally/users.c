/*
 * users.c: whose pages use one guide or question: what the maintainer is told before it is
 * retired. Read from the same table as the statistics' links and embeds, but for one article and
 * without their limit.
 */
#include "tally/read.h"

#include <stdio.h>
#include <string.h>

/* $3 is the article as it stands in addresses ("guide/epos-link"), which embeds and cited links are
 * counted under; $4 and $5 its kind and id where it was simply read. */
static const struct tally_query users = {
    "SELECT host, CASE kind WHEN 'embed' THEN 1 ELSE 0 END, CAST(sum(views) AS BIGINT)"
    " FROM referrer WHERE day BETWEEN $1 AND $2 AND client = 'person' AND host <> $6"
    " AND ((kind = $4 AND id = $5) OR (kind IN ('embed', 'cited') AND id = $3))"
    " GROUP BY 1, 2 ORDER BY 2 DESC, 3 DESC, 1",
    "tnn"};

static enum err add_user(void *context, const struct tally_value *value)
{
    json_t *row = json_pack("{s:s, s:b, s:I}", "host", value[0].text, "framed",
                            value[1].number != 0, "count", (json_int_t)value[2].number);

    return row != NULL && json_array_append_new(context, row) == 0 ? ERR_NONE : ERR_MEMORY;
}

enum err tally_users(struct tally *tally, const char *article,
                     const struct tally_question *question, json_t **out)
{
    bool is_question = strncmp(article, "q/", 2) == 0;
    char address[256];
    const char *parameters[] = {question->from,
                                question->to,
                                address,
                                is_question ? "question" : "guide",
                                article + (is_question ? 2 : 0),
                                question->own_host,
                                NULL};
    enum err err;

    *out = NULL;
    if (strlen(article) + sizeof("guide/") > sizeof address)
        return ERR_INVALID;
    snprintf(address, sizeof address, "%s%s", is_question ? "" : "guide/", article);
    *out = json_array();
    if (*out == NULL)
        return ERR_MEMORY;
    err = tally_read_begin(tally);
    if (err == ERR_NONE)
        err = tally_read(tally, &users, parameters, add_user, *out);
    tally_read_end(tally);
    if (err != ERR_NONE) {
        json_decref(*out);
        *out = NULL;
    }
    return err;
}
