/*
 * Tests of guides and questions: what Markdown becomes, and parts with whom they are for.
 */
#include "content/article.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "content_set.h"

static void load_article(struct article *article, const char *file, const char *name, bool question)
{
    struct faults *faults = NULL;
    char *path = data_path(file);
    enum err err;

    assert_int_equal(faults_new(&faults), ERR_NONE);
    *article = (struct article){0};
    err = article_load(article, path, name, question, faults);
    if (err != ERR_NONE)
        faults_print(faults, stderr);
    assert_int_equal(err, ERR_NONE);
    faults_free(faults);
    free(path);
}

static void test_guide(void **state)
{
    struct article guide;

    (void)state;
    load_article(&guide, "guides/first.md", "first", false);
    assert_string_equal(guide.id, "first");
    assert_string_equal(guide.html, "<p>Начало: <a href=\"/q/1\">вопрос</a>.</p>\n");
    assert_string_equal(guide.text, "Начало: вопрос (/q/1).");
    assert_int_equal(guide.part_count, 2);
    assert_string_equal(guide.parts[0].title, "Откройте");
    assert_string_equal(guide.parts[0].figure, "first-1");
    assert_string_equal(guide.parts[0].figure_alt, "Кнопка");
    assert_string_equal(guide.parts[0].slot, "address");
    assert_string_equal(guide.parts[0].html,
                        "<p>Нажмите <a href=\"https://one.example/x\">сюда</a>.</p>\n<blockquote>\n"
                        "<p>Не выходит? <a href=\"/region/ru-aa\">Регион</a></p>\n</blockquote>\n");
    assert_string_equal(guide.parts[0].text, "Нажмите сюда (https://one.example/x).\n\n"
                                             "> Не выходит? Регион (/region/ru-aa)");
    assert_null(guide.parts[1].figure);
    assert_null(guide.parts[1].slot);
    assert_int_equal(guide.link_count, 2);
    assert_int_equal(guide.links[1].line, 25);
    article_free(&guide);
}

static void test_plain_text(void **state)
{
    static const struct {
        const char *markdown;
        const char *text;
    } cases[] = {
        {"Одна\nстрока.\n\nДве.", "Одна строка.\n\nДве."},
        {"Перенос  \nстроки", "Перенос\nстроки"},
        {"**Жирно**, *косо*, `код`, \\*звезда\\*", "Жирно, косо, код, *звезда*"},
        {"a &amp; b &lt; c", "a & b < c"},
        {"- один\n- два\n\nпосле", "- один\n- два\n\nпосле"},
        {"3. три\n4. четыре\n   - внутри", "3. три\n4. четыре\n   - внутри"},
        {"> цитата\n> дальше\n>\n> - список", "> цитата дальше\n>\n> - список"},
        {"### Заголовок\n\nтекст", "Заголовок\n\nтекст"},
        {"```\n## не заголовок\n```\n", "    ## не заголовок"},
        {"<https://one.example/>", "https://one.example/"},
        {"[почта](mailto:a@b.ru), [звонок](tel:+78005506373)",
         "почта (mailto:a@b.ru), звонок (tel:+78005506373)"},
        {"<a_b@c.ru>", "a_b@c.ru"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct article question;

        write_good();
        edit("questions/02-two.md", "Текст.", cases[i].markdown);
        load_article(&question, "questions/02-two.md", "02-two", true);
        assert_string_equal(question.text, cases[i].text);
        article_free(&question);
    }
}

/* What Markdown is known to be read otherwise than it was meant, or otherwise in two places. */
static void test_traps(void **state)
{
    static const struct {
        const char *markdown;
        const char *html;
    } cases[] = {
        {"ivan_petrov@a.ru или anna_ivanova@a.ru",
         "<p>ivan_petrov@a.ru или anna_ivanova@a.ru</p>\n"},
        {"https://a.ru/x_y_z и снова_раз_два", "<p>https://a.ru/x_y_z и снова_раз_два</p>\n"},
        {"Нужно:\n- раз\n- два", "<p>Нужно:</p>\n<ul>\n<li>раз</li>\n<li>два</li>\n</ul>\n"},
        {"Нужно:\n1. раз\n2. два", "<p>Нужно:</p>\n<ol>\n<li>раз</li>\n<li>два</li>\n</ol>\n"},
        {"- раз\n\n  ещё\n\n  - два\n\n    и ещё",
         "<ul>\n<li>\n<p>раз</p>\n<p>ещё</p>\n<ul>\n<li>\n<p>два</p>\n<p>и ещё</p>\n</li>\n</ul>\n"
         "</li>\n</ul>\n"},
        {"5 * 3 * 2, 5\\*3\\*2", "<p>5 * 3 * 2, 5*3*2</p>\n"},
        {"*«Кавычки»*, **жирно**: да", "<p><em>«Кавычки»</em>, <strong>жирно</strong>: да</p>\n"},
        {"[a_b_c](https://a.ru/x_y_z)", "<p><a href=\"https://a.ru/x_y_z\">a_b_c</a></p>\n"},
        {"`a_b_c *d*`", "<p><code>a_b_c *d*</code></p>\n"},
        {"Раз.\n\n2) два\n3) три",
         "<p>Раз.</p>\n<ol start=\"2\">\n<li>два</li>\n<li>три</li>\n</ol>\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct article question;

        write_good();
        edit("questions/02-two.md", "Текст.", cases[i].markdown);
        load_article(&question, "questions/02-two.md", "02-two", true);
        assert_string_equal(question.html, cases[i].html);
        article_free(&question);
    }
}

static void test_parts(void **state)
{
    struct article question;

    (void)state;
    load_article(&question, "questions/03-three.md", "03-three", true);
    assert_string_equal(question.text, "Для всех.");
    assert_int_equal(question.text_line, 11);
    assert_int_equal(question.part_count, 2);
    assert_string_equal(question.parts[0].title, "В Альфе");
    assert_string_equal(question.parts[0].head.values[HEAD_VIA].text, "esia");
    assert_int_equal(question.parts[0].head.values[HEAD_VIA].line, 15);
    assert_string_equal(question.parts[0].head.values[HEAD_SHORT].text, "Ответ в Альфе.");
    assert_string_equal(question.parts[0].html, "<p>Текст в Альфе.</p>\n");
    assert_int_equal(question.parts[0].text_line, 18);
    assert_string_equal(question.parts[0].slot, "address");
    assert_int_equal(question.parts[0].slot_line, 21);
    assert_string_equal(question.parts[1].head.values[HEAD_FOLD].text, "yes");
    assert_null(question.parts[1].head.values[HEAD_PORTALS].text);
    article_free(&question);
}

/* Where a part begins and its metadata ends. */
static void test_cuts(void **state)
{
    static const struct {
        const char *body;
        const char *parts; /* "title|via|text;" of each */
    } cases[] = {
        {"Текст.", ""},
        {"## А\n\nТекст.", "А||Текст.;"},
        {"Раз.\n\n## А\nvia: esia\n\nТекст.\n\n## Б\n\nДва.", "А|esia|Текст.;Б||Два.;"},
        /* no metadata: text with a colon, an address, a line after a gap that is no key of ours */
        {"## А\nВажно: да.", "А||Важно: да.;"},
        {"## А\n<https://one.example/>", "А||https://one.example/;"},
        {"## А\n\nnote: da", "А||note: da;"},
        /* a fenced block holds no heading */
        {"```\n## А\n```\n\n## Б\n\nДва.", "Б||Два.;"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct article question;
        struct buffer parts = BUFFER_INIT;

        write_good();
        edit("questions/02-two.md", "Текст.", cases[i].body);
        load_article(&question, "questions/02-two.md", "02-two", true);
        for (size_t k = 0; k < question.part_count; k++) {
            const char *via = question.parts[k].head.values[HEAD_VIA].text;

            buffer_printf(&parts, "%s|%s|%s;", question.parts[k].title, via != NULL ? via : "",
                          question.parts[k].text);
        }
        assert_string_equal(buffer_text(&parts), cases[i].parts);
        buffer_free(&parts);
        article_free(&question);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_guide), IN_FOLDER(test_plain_text), IN_FOLDER(test_traps),
        IN_FOLDER(test_parts), IN_FOLDER(test_cuts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
