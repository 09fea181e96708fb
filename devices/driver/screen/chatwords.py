"""The words by which a chat screen's parts are known, Chinese and English; ids' parts where apps keep them.

Sources: what the five apps' screens say in public dumps and driver scripts (see the profiles), Android's own
dialogs, and the usual labels of Android apps. Everything is matched without case.
"""

from __future__ import annotations

import re


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.IGNORECASE)


INVITES = _any(
    r"^(发|发送|输入|写|编辑)(条)?(新)?(消息|信息|讯息|内容|文字|问题|你)",
    r"^请?输入",
    r"^尽管问",
    r"^有(什么)?问题",
    r"^(问问|问一?问|问我|向.{1,12}提问|和.{1,12}聊|跟.{1,12}聊|给.{1,12}发|询问|回复)",
    r"^(send |type |write |enter )?(a |your )?message\b",
    r"^(ask|chat with|talk to|reply to|message) \S",
    r"^type (something|here|your)",
)
"""What an empty chat field, or a bar that opens one, says."""
ADDRESSES = _any(r"[?？…]$", r"\.\.\.$", r"问|帮[你您]|写", r"\b(ask|help|write|type)\b")
"""Words that want an answer: by how they end, or by what they speak of; not of speaking, as the
bars for the voice do."""
SEARCHES = _any(r"搜索|搜一搜|查找|网址", r"\bsearch\b", r"\burl\b|web address")
SEARCH_IDS = _any(r"search|url_|address_bar|query")
OTHER_FIELDS = _any(
    r"手机号|验证码|密码|邮箱|账号|帐号|标题|评论|备注|昵称|姓名",
    r"phone|verification code|password|e-?mail|user ?name|\btitle\b|comment|\bname\b|\bcode\b",
)
"""Fields that are no chat's."""
LOGIN_FIELDS = _any(
    r"手机号|验证码|密码|邮箱|账号|帐号", r"phone|verification code|password|e-?mail|user ?name"
)
LOGINS = _any(
    r"^(一键|本机号码?(一键)?|手机号?码?|微信|密码|验证码|立即|QQ|Apple|账号|去)?(登录|登陆)([/／]注册)?$",
    r"^(注册[/／])?(登录|登陆)",
    r"^(使用|用|通过).{1,12}(登录|登陆|继续)$",
    r"^(log ?in|sign ?in|sign ?up)\b.{0,24}$",
    r"^continue with (google|apple|email|phone|microsoft|sso)",
)
"""Buttons of a login screen."""
TYPE_INSTEAD = _any(
    r"^(切换?(到|至|为|成)?|使用|打开)?(文字|文本|键盘)(输入|模式)?$",
    r"^(switch to |use |show )?(the )?(keyboard|text)( input| mode)?$",
    r"^type instead$",
)
"""What leaves a voice mode."""
HOLDS_TO_TALK = _any(r"^按住.{0,4}(说话|讲话|语音)", r"^(hold|press)( and hold)? to (talk|speak)")
SENDS = _any(r"^发送(消息|讯息|信息|按钮)?$", r"^send( message| button| prompt)?$")
SEND_IDS = _any(r"(^|_)send($|_)|_send|send_?(btn|button)|btn_?send")
NEW_CHATS = _any(
    r"^(开启|创建|新建|新|发起|打开)(一个)?新?(的)?(对话|会话|聊天)$",
    r"^(start (a )?)?new (chat|conversation)$",
)
BACKS = _any(r"^(返回|后退|上一步)(按钮)?$", r"^(go |navigate )?(back|up)$")
DRAWERS = _any(r"历史(对话|会话|记录)|最近对话|全部对话|设置", r"recents?$|chats$|history|settings")
DRAWER_IDS = _any(r"drawer|side_?bar|side_?menu")
FIELD_IDS = _any(r"input|composer|conversation|message|chat|edit_?text|prompt")

UPDATES = _any(r"新版本|版本更新|升级|更新", r"\bupdate|new version|upgrade")
PRIVACY = _any(r"隐私|用户协议|服务协议|个人信息", r"privacy|terms of (use|service)")
NOTIFIES = _any(r"通知", r"notification")
CRASHES = _any(r"无响应|没有响应|停止运行|已停止", r"isn.t responding|keeps? stopping|has stopped")
PUTS_OFF = _any(
    r"^(以后再说|稍后(再说|更新|提醒)?|暂不(更新|升级|开启|允许)?|下次(再说)?|取消|忽略(此版本)?|跳过|关闭|知道了|我知道了|不了)$",
    r"^(not now|later|maybe later|remind me later|skip|cancel|no,? thanks|close|dismiss|ignore|got it)$",
)
REFUSES = _any(r"^(不允许|拒绝|禁止|不同意|仅浏览)", r"^(don.t allow|deny|disagree|decline|refuse)")
AGREES = _any(
    r"^(同意|我同意|同意并继续|允许|始终允许|确定|好的?|立即(更新|升级|体验|开启)|更新|升级|去开启|去设置|继续)$",
    r"^(agree|i agree|accept|agree and continue|allow|ok|update( now)?|upgrade|continue|turn on|enable)$",
)

KEYBOARDS = _any(
    r"inputmethod|\.ime\b|\.ime\.|keyboard|latin|sogou|iflytek|baidu\.input|swiftkey|honeyboard|pinyin"
)
"""Packages of keyboards."""
CURTAINS = _any(r"^com\.android\.systemui$|launcher|^com\.miui\.home$")
"""Packages whose windows lie around an app's: bars and the home screen."""
