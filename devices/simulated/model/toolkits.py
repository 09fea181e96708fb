"""Chat screens that are not made of views: what Flutter's and a WebView's virtual nodes look like, px.

Both give accessibility nodes without resource ids: labels of Flutter's buttons are content descriptions, a
page's elements are `android.view.View`, `TextView`, `Button` and `EditText` under `android.webkit.WebView`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from devices.simulated.model.screens import chat
from devices.simulated.world import ViewNode

if TYPE_CHECKING:
    from devices.simulated.model.behaviour import AppBehaviour, ResourceIds
    from devices.simulated.model.screens import Bounds, Metrics, ScreenState

_LIST = "RecyclerView"
_FLUTTER = {
    "android.widget.ImageButton": "android.widget.Button",
    "androidx.recyclerview.widget.RecyclerView": "android.widget.ScrollView",
    "android.widget.TextView": "android.view.View",
    "android.view.ViewGroup": "android.view.View",
}
_PAGE = {
    "android.widget.ImageButton": "android.widget.Button",
    "androidx.recyclerview.widget.RecyclerView": "android.view.View",
    "android.view.ViewGroup": "android.view.View",
}
HOST_FLUTTER, HOST_PAGE = "android.widget.FrameLayout", "android.webkit.WebView"


def flutter_chat(app: AppBehaviour, state: ScreenState, m: Metrics) -> ViewNode:
    """Return a chat that an engine draws: one FlutterView (a FrameLayout), and the semantics below it."""
    return _hosted(chat(app, state, m), HOST_FLUTTER, _FLUTTER, flutter=True)


def web_chat(app: AppBehaviour, state: ScreenState, m: Metrics) -> ViewNode:
    """Return a chat that is a page: one WebView, and the page's elements below it."""
    return _hosted(chat(app, state, m), HOST_PAGE, _PAGE, flutter=False)


def _hosted(tree: ViewNode, host: str, classes: dict[str, str], *, flutter: bool) -> ViewNode:
    content = tree.children[0]
    parts = tuple(_plain(one, classes, flutter=flutter) for one in content.children)
    view = ViewNode(host, tree.package, content.bounds, focusable=True, children=parts)
    return replace(tree, children=(replace(content, children=(view,)),))


def _plain(node: ViewNode, classes: dict[str, str], *, flutter: bool) -> ViewNode:
    told = {"resource_id": "", "class_name": classes.get(node.class_name, node.class_name)}
    if flutter and node.text and not node.editable:
        told |= {"text": "", "content_desc": node.text}
    if not flutter and node.class_name.endswith("ImageButton"):
        told |= {"text": node.content_desc, "content_desc": ""}
    children = tuple(_plain(one, classes, flutter=flutter) for one in node.children)
    return replace(node, **told, children=children, scrollable=node.class_name.endswith(_LIST))  # type: ignore[arg-type]


def closed(tree: ViewNode) -> ViewNode:
    """Return a tree whose engine or page has told accessibility nothing yet: its view is empty."""
    content = tree.children[0]
    return replace(tree, children=(replace(content, children=(replace(content.children[0], children=()),)),))


def role_of(node: ViewNode, ids: ResourceIds) -> str:
    """Return which of a screen's parts a node is, by its id or else by what it says; "" for none."""
    if node.resource_id:
        return node.resource_id.rpartition("/")[2]
    if node.editable:
        return ids.input
    return {"Send": ids.send, "Back": ids.back}.get(node.content_desc or node.text, "")


def messages_area(node: ViewNode, resource_id: str) -> Bounds | None:
    """Return the bounds of the list of that id, or of what scrolls where there are no ids."""
    if node.resource_id == resource_id or node.scrollable:
        return node.bounds
    return next((found for child in node.children if (found := messages_area(child, resource_id))), None)
