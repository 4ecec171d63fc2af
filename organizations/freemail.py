"""Domains in which everybody gets an address: nobody's organization, whoever may run their DNS.

Typed by hand, the providers that most people have an address at. It only spares people a mistake: what keeps a stranger
out is the record that only who runs the domain can set (organizations.dns), so it need not be complete, and a package
of ten thousand names that others change is no better (docs/decisions/0043).
"""

_NAMES = """
    gmail.com googlemail.com
    outlook.com hotmail.com live.com msn.com passport.com outlook.fr outlook.de outlook.es outlook.it outlook.jp
    outlook.com.br outlook.co.id outlook.in hotmail.co.uk hotmail.fr hotmail.de hotmail.es hotmail.it hotmail.be
    hotmail.nl hotmail.co.jp hotmail.com.br hotmail.com.ar hotmail.ca live.co.uk live.fr live.de live.it live.nl live.be
    live.ca live.com.au live.com.mx live.se live.dk live.no live.cn
    yahoo.com ymail.com rocketmail.com myyahoo.com yahoo.co.uk yahoo.fr yahoo.de yahoo.es yahoo.it yahoo.gr yahoo.se
    yahoo.ca yahoo.co.in yahoo.in yahoo.co.jp yahoo.co.id yahoo.co.kr yahoo.com.ar yahoo.com.au yahoo.com.br
    yahoo.com.cn yahoo.com.hk yahoo.com.mx yahoo.com.ph yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.vn
    aol.com aol.co.uk aol.de aol.fr aim.com verizon.net
    icloud.com me.com mac.com privaterelay.appleid.com
    proton.me protonmail.com protonmail.ch pm.me passmail.net
    tutanota.com tutanota.de tutamail.com tuta.com tuta.io keemail.me
    fastmail.com fastmail.fm hey.com duck.com mozmail.com simplelogin.com simplelogin.co anonaddy.com anonaddy.me
    hushmail.com hush.com mailfence.com posteo.de posteo.net mailbox.org startmail.com runbox.com countermail.com
    disroot.org riseup.net autistici.org cock.li
    gmx.com gmx.net gmx.de gmx.at gmx.ch gmx.fr gmx.co.uk gmx.us web.de mail.com email.com usa.com post.com europe.com
    consultant.com freenet.de t-online.de arcor.de online.de email.de
    orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr club-internet.fr voila.fr aliceadsl.fr
    libero.it virgilio.it tiscali.it alice.it tin.it inwind.it iol.it poste.it
    telefonica.net terra.es ya.com sapo.pt bluewin.ch hispeed.ch sunrise.ch telenet.be skynet.be proximus.be
    ziggo.nl kpnmail.nl planet.nl xs4all.nl home.nl hetnet.nl
    btinternet.com sky.com virginmedia.com ntlworld.com blueyonder.co.uk talktalk.net eircom.net
    comcast.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com netzero.net optonline.net
    rogers.com shaw.ca sympatico.ca telus.net videotron.ca bigpond.com optusnet.com.au xtra.co.nz
    mail.ru inbox.ru list.ru bk.ru internet.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net i.ua meta.ua
    seznam.cz email.cz centrum.cz atlas.cz azet.sk zoznam.sk wp.pl o2.pl onet.pl interia.pl op.pl gazeta.pl
    freemail.hu citromail.hu abv.bg mail.bg dir.bg walla.co.il walla.com
    qq.com foxmail.com 163.com 126.com yeah.net 139.com 189.cn sina.com sina.cn sohu.com tom.com aliyun.com
    naver.com hanmail.net daum.net kakao.com nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp nifty.com
    rediffmail.com zohomail.com zohomail.eu zohomail.in uol.com.br bol.com.br terra.com.br ig.com.br globo.com
    mailinator.com guerrillamail.com 10minutemail.com temp-mail.org yopmail.com trashmail.com sharklasers.com
    dispostable.com maildrop.cc getnada.com mailnesia.com mintemail.com spamgourmet.com mail.tm
"""

FREE_MAIL = frozenset(_NAMES.split())


def is_free_mail(name: str) -> bool:
    """Whether everybody gets an address in the domain of this name, as `clean_domain` writes it, or above it."""
    labels = name.split(".")
    return any(".".join(labels[at:]) in FREE_MAIL for at in range(len(labels) - 1))
