/*
 * test_field.c: what forms say of the keys agrees with what check takes, and with the samples that
 * FORMAT.md shows.
 */
#include "content/field.h"
#include "content/head.h"
#include "content/source.h"
#include "content/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const sections[] = {"region",    "login.x", "former.x", "portal",
                                       "address.x", "contact", "notice"};

/* Calls look for every key of every table. */
static size_t each_key(void (*look)(const char *where, const struct field_view *field))
{
    struct field_view field;
    size_t count = 0;

    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        for (size_t n = 0; source_field(sections[i], n, &field); n++, count++) {
            assert_string_equal(field.key, source_key(sections[i], n));
            assert_int_equal(field.required, source_is_required(sections[i], field.key));
            look(sections[i], &field);
        }
    for (int owner = HEAD_GUIDE; owner <= HEAD_PAGE; owner++)
        for (size_t n = 0; head_field((enum head_owner)owner, n, &field); n++, count++) {
            assert_int_equal(field.required, head_is_required(field.key, strlen(field.key),
                                                              (enum head_owner)owner));
            look("metadata", &field);
        }
    return count;
}

static void look_at_words(const char *where, const struct field_view *field)
{
    static const char *const ofs[] = {FIELD_OF_PORTALS, FIELD_OF_CONTACTS, FIELD_OF_SOURCES,
                                      FIELD_OF_REGIONS, FIELD_OF_SYMPTOMS, FIELD_OF_ARTICLES};
    bool known = false;

    if (field->form->label == NULL || *field->form->label == '\0')
        fail_msg("%s: %s has no label", where, field->key);
    if (field->form->help != NULL &&
        (*field->form->help == '\0' || strchr(field->form->help, '\n') != NULL))
        fail_msg("%s: %s has no line of help", where, field->key);
    if (field->form->kind == FIELD_ID || field->form->kind == FIELD_IDS) {
        for (size_t i = 0; i < sizeof ofs / sizeof *ofs; i++)
            known = known || strcmp(field->form->of, ofs[i]) == 0;
        if (!known)
            fail_msg("%s: %s is of nothing", where, field->key);
    }
}

static void every_key_says_what_it_is(void **state)
{
    (void)state;
    assert_in_range(each_key(look_at_words), 100, 400);
}

/* Values that a form of that kind can send must be taken, and others must not. */
static void look_at_kinds(const char *where, const struct field_view *field)
{
    static const struct {
        enum field_kind kind;
        const char *right, *wrong;
    } kinds[] = {
        {FIELD_URL, "https://school.example/a", "school"},
        {FIELD_DAY, "2026-11-27", "27.11.2026"},
        {FIELD_MOMENT, "2026-11-27 18:00", "27.11.2026"},
        {FIELD_NUMBER, "7", "seven"},
        {FIELD_YES, "yes", "да"},
        {FIELD_YES, "no", "maybe"},
        {FIELD_TEXT, "Одна фраза. / Другая фраза.", " "},
    };
    const char *words = field->form->of;
    char word[64];

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].kind != field->form->kind)
            continue;
        if (kinds[i].kind != FIELD_TEXT && field->check(kinds[i].right) != NULL)
            fail_msg("%s: %s refuses %s: %s", where, field->key, kinds[i].right,
                     field->check(kinds[i].right));
        if (field->check(kinds[i].wrong) == NULL)
            fail_msg("%s: %s takes %s", where, field->key, kinds[i].wrong);
    }
    if (field->form->kind != FIELD_ONE && field->form->kind != FIELD_MANY)
        return;
    for (; *words != '\0'; words += strcspn(words, " "), words += *words == ' ') {
        snprintf(word, sizeof word, "%.*s", (int)strcspn(words, " "), words);
        if (field->check(word) != NULL)
            fail_msg("%s: %s refuses %s", where, field->key, word);
    }
    assert_non_null(field->check("nonsense"));
}

static void forms_send_what_check_takes(void **state)
{
    (void)state;
    each_key(look_at_kinds);
}

/* --- the samples --- */

/* The help of a key of a sample's section; NULL if it has none. */
static const char *help_of(const char *section, enum head_owner owner, const char *key)
{
    struct field_view field;

    for (size_t n = 0;
         *section != '\0' ? source_field(section, n, &field) : head_field(owner, n, &field); n++)
        if (strcmp(field.key, key) == 0)
            return field.form->help;
    fail_msg("no key %s", key);
    return NULL;
}

/* A comment directly above a key must be its help, where it has one. */
static void hold_sample(const char *path, bool ini, enum head_owner owner)
{
    struct buffer text = BUFFER_INIT;
    struct faults *faults;
    struct text_line line = {0};
    char section[40] = "", comment[300] = "", key[40];
    size_t compared = 0;

    assert_int_equal(faults_new(&faults), ERR_NONE);
    assert_int_equal(text_load(&text, path, 65536, false, faults), ERR_NONE);
    line.next = buffer_text(&text);
    while (text_line(&line) && (ini || line.len > 0)) {
        if (*line.text == '[')
            snprintf(section, sizeof section, "%.*s", (int)strcspn(line.text + 1, "]"),
                     line.text + 1);
        if (line.len > 2 && (*line.text == ';' || *line.text == '#')) {
            snprintf(comment, sizeof comment, "%.*s", (int)line.len - 2, line.text + 2);
            continue;
        }
        snprintf(key, sizeof key, "%.*s", (int)strcspn(line.text, ini ? " =" : ":"), line.text);
        if (line.len > 0 && *line.text != '[' && *comment != '\0') {
            const char *help = help_of(section, owner, key);

            if (help == NULL || strcmp(help, comment) != 0)
                fail_msg("%s:%d: %s is \"%s\" in the table", path, line.number, key,
                         help != NULL ? help : "");
            compared++;
        }
        comment[0] = '\0';
    }
    assert_true(compared >= 4);
    buffer_free(&text);
    faults_free(faults);
}

static void samples_say_what_the_tables_say(void **state)
{
    (void)state;
    hold_sample("templates/new/region.ini", true, HEAD_PAGE);
    hold_sample("templates/new/portal.ini", true, HEAD_PAGE);
    hold_sample("templates/new/contact.ini", true, HEAD_PAGE);
    hold_sample("templates/new/guide.md", false, HEAD_GUIDE);
    hold_sample("templates/new/question.md", false, HEAD_QUESTION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_says_what_it_is),
        cmocka_unit_test(forms_send_what_check_takes),
        cmocka_unit_test(samples_say_what_the_tables_say),
    };

    return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
