/*
 * russian.c: endings of Russian cases as a table. Contract: russian.h.
 *
 * Folded text: ё is written е. Each row: if a word ends like one of the left column, it may be the
 * form of a word that ends like one of the right. "-" is no ending at all.
 */
#include "search/russian.h"
#include <string.h>

#define STEM_MIN 4 /* bytes: two Cyrillic letters must be left */
#define FORM_MIN 6 /* bytes of a form: what is shorter is an abbreviation, and has no cases */
#define EACH     14

static const struct row {
    const char *endings[EACH], *bases[8];
    bool derived;
} rows[] = {
    /* Барнаул, Саратов, Пушкин */
    {{"а", "у", "ом", "е", "ем", "ым"}, {"-"}, false},
    /* Казань, Ярославль */
    {{"и", "ью", "я", "ю", "ем", "е"}, {"ь"}, false},
    /* Алтай, край */
    {{"я", "ю", "ем", "е", "и"}, {"й"}, false},
    /* Москва, Калуга */
    {{"ы", "и", "е", "у", "ой", "ою", "ей"}, {"а"}, false},
    /* Чечня, Карелия */
    {{"и", "е", "ю", "ей", "ею"}, {"я"}, false},
    /* Иваново; Подмосковье */
    {{"а", "у", "ом", "е", "ым"}, {"о"}, false},
    {{"я", "ю", "ем", "и"}, {"е"}, false},
    /* Челны, Луки, Мытищи, Воды */
    {{"-", "ов", "ев", "ам", "ами", "ах", "ей"}, {"ы", "и"}, false},
    {{"ям", "ями", "ях"}, {"и", "ы"}, false},
    /* vowels that come and go: Химок, Люберец, Орла, Ельца, Городка */
    {{"ок", "ек"}, {"ки", "ьки", "йки"}, false},
    {{"ец"}, {"цы"}, false},
    {{"ла", "лу", "лом", "ле"}, {"ел"}, false},
    {{"ца", "цу", "цом", "цем", "це"}, {"ец"}, false},
    {{"ьца", "ьцу", "ьцом", "ьцем", "ьце"}, {"ец"}, false},
    {{"ка", "ку", "ком", "ке"}, {"ок", "ек"}, false},
    /* adjectives: Грозный, Набережные, Рыбное, Тюменская, Нижний, Великие */
    {{"ый", "ого", "ому", "ым", "ом", "ая", "ой", "ую", "ою", "ое", "ые", "ых", "ыми"},
     {"ый", "ая", "ое", "ые", "ой"},
     false},
    {{"ий", "его", "ему", "им", "ем", "яя", "юю", "ее", "ие", "их", "ими"},
     {"ий", "ая", "ее", "ие", "яя", "ое"},
     false},
    {{"ого", "ому", "ом", "ая", "ой", "ую", "ое"}, {"ий", "ие", "ая", "ое"}, false},
    /* adjectives made from a town */
    {{"ский", "ская", "ское", "ские", "ского", "ской", "скому", "ским", "скую", "ском", "ских"},
     {"ск", "-", "ь", "а", "и", "о", "ы"},
     true},
    {{"ьский", "ьская", "ьское", "ьские", "ьского", "ьской", "ьскому", "ьским", "ьском", "ьских"},
     {"-"},
     true},
    {{"инский", "инская", "инское", "инского", "инской", "инском", "инских"}, {"и", "а"}, true},
    {{"цкий", "цкая", "цкое", "цкого", "цкой", "цком", "цких"}, {"к", "ц", "цк", "ец"}, true},
};

static const char *text_of(const char *ending)
{
    return *ending == '-' ? "" : ending;
}

/* Length of the word without the ending; 0 if it does not end so, or too little is left. */
static size_t stem_of(const char *word, size_t len, const char *ending)
{
    size_t cut = strlen(text_of(ending));

    if (len < cut + STEM_MIN || memcmp(word + len - cut, text_of(ending), cut) != 0)
        return 0;
    return len - cut;
}

static void next_ending(struct russian_forms *forms)
{
    forms->base = 0;
    forms->ending++;
    if (forms->ending < EACH && rows[forms->row].endings[forms->ending] != NULL)
        return;
    forms->ending = 0;
    forms->row++;
}

bool russian_next(struct russian_forms *forms, const char *word, struct buffer *out, bool *derived)
{
    size_t len = strlen(word);

    while (forms->row < sizeof rows / sizeof rows[0]) {
        const struct row *row = &rows[forms->row];
        size_t stem = stem_of(word, len, row->endings[forms->ending]);
        const char *base =
            forms->base < sizeof row->bases / sizeof row->bases[0] ? row->bases[forms->base] : NULL;

        if (stem == 0 || base == NULL) {
            next_ending(forms);
            continue;
        }
        forms->base++;
        if (stem + strlen(text_of(base)) < FORM_MIN)
            continue;
        buffer_add(out, word, stem);
        buffer_puts(out, text_of(base));
        if (derived != NULL)
            *derived = row->derived;
        return true;
    }
    return false;
}
