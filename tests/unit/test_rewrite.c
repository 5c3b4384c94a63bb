/*
 * test_rewrite.c: files changed where something changes, and nowhere else.
 */
#include "content/rewrite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char ini[] = "; A region.\n"
                          "\n"
                          "[region]\n"
                          "name  = Алтайский край\n"
                          "; why it is short\n"
                          "short = Алтай\n"
                          "\n"
                          "; The schools.\n"
                          "[login.schools]\n"
                          "url    = https://netschool.edu22.info/\n"
                          "; of the sheet\n"
                          "status = current ; since 2020\n"
                          "\n"
                          "; Of colleges,\n"
                          "; and of nobody else.\n"
                          "[login.colleges]\n"
                          "url = https://netspo.edu22.info/\n";

static void expect(enum err err, struct buffer *out, const char *wanted)
{
    assert_int_equal(err, ERR_NONE);
    assert_string_equal(buffer_text(out), wanted);
    buffer_clear(out);
}

/* The text of ini with one piece of it replaced by another. */
static const char *with(const char *piece, const char *other)
{
    static char out[sizeof ini + 200];
    const char *at = strstr(ini, piece);

    assert_non_null(at);
    snprintf(out, sizeof out, "%.*s%s%s", (int)(at - ini), ini, other, at + strlen(piece));
    return out;
}

static void a_value_in_its_line(void **state)
{
    struct buffer out = BUFFER_INIT;

    (void)state;
    expect(rewrite_ini(&out, ini, "region", "short", "Край"), &out,
           with("short = Алтай", "short = Край"));
    expect(rewrite_ini(&out, ini, "region", "short", "а; б"), &out,
           with("short = Алтай", "short = \"а; б\""));
    expect(rewrite_ini(&out, ini, "region", "short", ""), &out, with("short = Алтай\n", ""));
    expect(rewrite_ini(&out, ini, "region", "note", "Два слова"), &out,
           with("short = Алтай\n", "short = Алтай\nnote  = Два слова\n"));
    expect(rewrite_ini(&out, ini, "login.colleges", "url", "https://x/"), &out,
           with("https://netspo.edu22.info/", "https://x/"));
    expect(rewrite_ini(&out, ini, "former.old", "url", "https://y/"), &out,
           with("https://netspo.edu22.info/\n",
                "https://netspo.edu22.info/\n\n[former.old]\nurl = https://y/\n"));
    expect(rewrite_ini(&out, ini, "former.old", "url", ""), &out, ini);
    assert_int_equal(rewrite_ini(&out, ini, "region", "short", "a\nb"), ERR_INVALID);
    assert_int_equal(rewrite_ini(&out, ini, "region", "short", "a\"b"), ERR_INVALID);
    buffer_free(&out);
}

static void a_section_less(void **state)
{
    struct buffer out = BUFFER_INIT;

    (void)state;
    expect(rewrite_without(&out, ini, "login.schools"), &out,
           with("[login.schools]\nurl    = https://netschool.edu22.info/\n; of the sheet\n"
                "status = current ; since 2020\n\n",
                ""));
    expect(rewrite_without(&out, ini, "login.colleges"), &out,
           with("[login.colleges]\nurl = https://netspo.edu22.info/\n", ""));
    expect(rewrite_without(&out, ini, "login.school"), &out, ini);
    expect(rewrite_without(&out, "[a]\nx = 1", "a"), &out, "");
    expect(rewrite_without(&out, "[a]\nx = 1", "b"), &out, "[a]\nx = 1");
    buffer_free(&out);
}

static const char article[] = "title: Вопрос\n"
                              "# a comment\n"
                              "number: 7\n"
                              "updated: 2026-11-26\n"
                              "\n"
                              "Текст: не ключ.\n"
                              "\n"
                              "## Часть\n"
                              "title: это текст части\n";

static void metadata_of_an_article(void **state)
{
    struct buffer out = BUFFER_INIT;

    (void)state;
    expect(rewrite_head(&out, article, "title", "Другой вопрос"), &out,
           "title: Другой вопрос\n# a comment\nnumber: 7\nupdated: 2026-11-26\n\nТекст: не "
           "ключ.\n\n## Часть\ntitle: это текст части\n");
    expect(rewrite_head(&out, article, "number", ""), &out,
           "title: Вопрос\n# a comment\nupdated: 2026-11-26\n\nТекст: не ключ.\n\n## "
           "Часть\ntitle: это текст части\n");
    expect(rewrite_head(&out, article, "short", "Коротко."), &out,
           "title: Вопрос\n# a comment\nnumber: 7\nupdated: 2026-11-26\nshort: Коротко.\n\nТекст: "
           "не ключ.\n\n## Часть\ntitle: это текст части\n");
    expect(rewrite_head(&out, article, "numb", ""), &out, article);
    expect(rewrite_head(&out, "title: a", "title", "b"), &out, "title: b\n");
    expect(rewrite_head(&out, "", "title", "b"), &out, "title: b\n");
    assert_int_equal(rewrite_head(&out, article, "title", "a\nnumber: 8"), ERR_INVALID);
    buffer_free(&out);
}

static void text_of_an_article(void **state)
{
    struct buffer out = BUFFER_INIT;

    (void)state;
    assert_string_equal(rewrite_body_of(article), strstr(article, "Текст"));
    assert_string_equal(rewrite_body_of("title: a\n"), "");
    expect(rewrite_body(&out, article, rewrite_body_of(article)), &out, article);
    expect(rewrite_body(&out, article, "Один.\r\n\r\nДва.\r\n"), &out,
           "title: Вопрос\n# a comment\nnumber: 7\nupdated: 2026-11-26\n\nОдин.\n\nДва.\n");
    expect(rewrite_body(&out, "title: a\n", "b"), &out, "title: a\n\nb\n");
    expect(rewrite_body(&out, "title: a", "b\rc"), &out, "title: a\n\nb\rc\n");
    expect(rewrite_body(&out, "", "b"), &out, "b\n");
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_in_its_line),
        cmocka_unit_test(a_section_less),
        cmocka_unit_test(metadata_of_an_article),
        cmocka_unit_test(text_of_an_article),
    };

    return cmocka_run_group_tests_name("rewrite", tests, NULL, NULL);
}
