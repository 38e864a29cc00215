BBBBBBB BBBBBBBBBBBBBBBBBBBBBB
BBBB BBBB BBBBBBBBBBB BBBBBBB
BBBBB BBBBB gettext(u'Declarations') BBBBBBBB

BBBBB BBBBBBBBBBXXX XXXXXXXXXXXXXXXXXXXXXX gettext(u'Declarations') XXXXXBBBBBBBB

BBBBB BBBBBBBBBB
  XXXX XXXXXXXXXXXXXXXXXXXX XXXXXXXXXXXX gettext(u'Declarations') XX
    XX XXXXXXXXXXXXXX XXXXXXXXBB BBB BBBBBBBBBBBBB XXXXXXXXXXXXXXXXXXXBBBBBX gettext(u'Waiting') XXXX
    XX XXXXXXXXXXXXXX XXXXXXXXXXXXXXXXXXXXBB BBBBBBBBBBBBB XXXXXXXXXXXXXXXXXXXBBBBBX gettext(u'Handled') XXXX
  XXXXXX
BBBBBBBB BBBBBBBBBB

BBBBB BBBBBBB
  XXXX XXXXXXXXXXXXXX
    XX XXXXXXXXXXXXXXXXXXXXX gettext(u'What was declared on the public pages, without signing in, and did not clearly mean one subscription. It counts from the moment it was sent, so match it soon.') XXXX
    XXXX XXXXXXXXXXXXXXXXXXX
      BB BBBBBBBBBBBBBBBBBBBB
        XXXXXX XXXXXXXXXXX XXXXXXX
          XXXXXXX
            XXXX
              XXX XXXXXXXXXXXX gettext(u'Submitted') XXXXX
              XXX XXXXXXXXXXXX gettext(u'Type') XXXXX
              XXX XXXXXXXXXXXX gettext(u'Name') XXXXX
              XXX XXXXXXXXXXXX gettext(u'E-mail') XXXXX
              XXX XXXXXXXXXXXX gettext(u'Contract reference') XXXXX
              BB BBBBBBBBBBBBB
                XXX XXXXXXXXXXXX gettext(u'Order') XXXXX
                XXX XXXXXXXXXXXX gettext(u'Handled by') XXXXX
              BBBB
                XXX XXXXXXXXXXXX gettext(u'Wanted end') XXXXX
              BBBBB
            XXXXX
          XXXXXXXX
          XXXXXXX
            BBB BBB BB BBBB
              XXXX
                XXX XXXXXXXXXXXXXXXX XXXXXXX XXXXXXXXXXXX gettext(u'Submitted') XXXX XXXXXXXXXXXXXXXX XXXXXXBBB BBBBBBBBBBBBBBBBBBBBBBBB BBBBBBXXFFFFFFXXXXXXXXX
                XXX XXXXXXXXXXXX gettext(u'Type') XXXXXXX
                XXX XXXXXXXXXXXX gettext(u'Name') XXXXXXX
                XXX XXXXXXXXXXXX gettext(u'E-mail') XXXXXXX
                XXX XXXXXXXXXXXX gettext(u'Contract reference') XXXXXXX
                BB BBBBBBBBBBBBB
                  XXX XXXXXXXXXXXX gettext(u'Order') XXBB BBBBBBBBBBBBBBB pgettext(u'declaration', u'Set aside') BBBBBXXXXX
                  XXX XXXXXXXXXXXX gettext(u'Handled by') XXBB BBBBBBBBBBBBBBBBBB gettext(u'At once, by itself') BBBBBXXXXX
                BBBB
                  XXX XXXXXXXXXXXX gettext(u'Wanted end') XXBB BBBBBBBBBBBBBFFFBBBB gettext(u'As early as possible') BBBBBXXXXX
                BBBBB
              XXXXX
            BBBBBB
          XXXXXXXX
        XXXXXXXX
      BBBB
         gettext(u'Nothing waits here') 
         gettext(u'Declarations that clearly mean one subscription close it by themselves.') 
        BBBBBBB BBBBBBBBBBBBBBBBBBBBBBB BBBB BBBBBBBBBBBB BBBBBBBBBBBBBBBBB BBBBBBBBBBBBBBB BBBBBB
      BBBBB
    XXXXXX
    BB BBBBBBBBBBBBBBBBBBBBBBBBBBB BBBBBBBBBBBBBBBBBBBBBBBBBBBB
  XXXXXX
BBBBBBBB BBBBBBB
