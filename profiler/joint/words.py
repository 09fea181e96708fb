"""The words that only joint reports use."""

from __future__ import annotations

from profiler.report.catalog import Text

WORDS: dict[str, Text] = {
    "title": Text("Phones side by side", "多台手机并排对比"),
    "phones": Text("Each phone", "各手机"),
    "phone": Text("phone", "手机"),
    "matrix": Text("Apps by phone", "各手机上的各应用"),
    "matrix_intro": Text(
        "Mean over the valid rounds of that app on that phone. Lower is better. Phones differ in their "
        "panels: compare apps along a row, and phones by what they say of the apps.",
        "该应用在该手机上有效轮次的平均值，越低越好。手机屏幕各不相同：请横向比较应用，再看各手机的结论是否一致。",
    ),
    "apart": Text(
        "Each phone is judged by its own rounds alone; no number here mixes two phones.",
        "每台手机只按自己的轮次判断；此处没有任何数字混合两台手机。",
    ),
    "system": Text("system", "系统"),
    "next": Text("What to do", "下一步"),
    "report": Text("its report", "单机报告"),
    "unlike": Text("Not the same on all phones", "各手机之间的不同"),
    "bundle": Text("bundle", "数据包"),
}
