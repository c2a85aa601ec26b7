From Derivlab Require Import Certificate.
Open Scope R_scope.

(** line 25 *)
Definition h (r : nat) (A : nat -> nat -> R) (x : nat -> R) (u : nat) : R :=
  tanh (bsum r (fun t_ => (A t_ u) * (x t_))).
Definition g (a : nat) (B : nat -> nat -> R) (h : nat -> R) (v : nat) : R :=
  sigma (bsum a (fun u => (B u v) * (h u))).
Definition z (b : nat) (C : nat -> nat -> R) (g : nat -> R) (w : nat) : R :=
  bsum b (fun v => (C v w) * (g v)).
Definition yhat (K : nat) (z : nat -> R) (w : nat) : R :=
  (exp (z w)) * (/ (bsum K (fun k => exp (z k)))).
Definition J (K : nat) (yhat : nat -> R) (y : nat -> R) : R :=
  (-1) * (bsum K (fun k => (ln (yhat k)) * (y k))).
Theorem line_25 : forall (K r a b : nat) (x : nat -> R) (y : nat -> R) (A : nat -> nat -> R) (B : nat -> nat -> R) (C : nat -> nat -> R) (u v : nat),
  (0 < K)%nat ->
  (0 < r)%nat ->
  (0 < a)%nat ->
  (0 < b)%nat ->
  (u < a)%nat ->
  (v < b)%nat ->
  (bsum K (fun k => y k)) = 1 ->
  is_derive (fun t => J K (yhat K (z b C (g a (upd2 B u v t) (h r A x)))) y) (B u v)
    ((1 + (-1) * (g a B (h r A x) v)) * (g a B (h r A x) v) * (h r A x u) * (bsum K (fun w => ((-1) * (y w) + yhat K (z b C (g a B (h r A x))) w) * (C v w)))).
Proof.
  intros K r a b x y A B C u v Hsize_K Hsize_r Hsize_a Hsize_b Hin_u Hin_v H1.
  prove_derivative
    (fun d_ : nat => match d_ with | 0%nat => K | 1%nat => r | 2%nat => a | 3%nat => b | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_] => x a_ | 1%nat, [a_] => y a_ | 2%nat, [a_; b_] => A a_ b_ | 3%nat, [a_; b_] => B a_ b_ | 4%nat, [a_; b_] => C a_ b_ | _, _ => 0 end)
    ([2; 3; 0; 1; 2; 3]%nat : list nat) ([u; v; 0; 0; 0; 0]%nat : list nat)
    ([] : list premise)
    ([([]%nat, (Sum 0 (Ten 1 [0]))%nat, ratio 1 1)] : list equation)
    ([] : list definition)
    3%nat ([0; 1]%nat : list nat)
    (Mul (Num (-1)) (Sum 0 (Mul (Ln (Mul (Exp (Sum 3 (Mul (Ten 4 [0; 1]) (Sgm (Sum 2 (Mul (Ten 3 [0; 1]) (Tnh (Sum 1 (Mul (Ten 2 [0; 1]) (Ten 0 [0])))))))))) (Inv (Sum 0 (Exp (Sum 3 (Mul (Ten 4 [0; 1]) (Sgm (Sum 2 (Mul (Ten 3 [0; 1]) (Tnh (Sum 1 (Mul (Ten 2 [0; 1]) (Ten 0 [0])))))))))))))) (Ten 1 [0]))))%nat
    (Mul (Mul (Mul (Add (Num 1) (Mul (Num (-1)) (Sgm (Sum 2 (Mul (Ten 3 [0; 2]) (Tnh (Sum 1 (Mul (Ten 2 [0; 1]) (Ten 0 [0]))))))))) (Sgm (Sum 2 (Mul (Ten 3 [0; 2]) (Tnh (Sum 1 (Mul (Ten 2 [0; 1]) (Ten 0 [0])))))))) (Tnh (Sum 1 (Mul (Ten 2 [0; 1]) (Ten 0 [0]))))) (Sum 0 (Mul (Add (Mul (Num (-1)) (Ten 1 [0])) (Mul (Exp (Sum 3 (Mul (Ten 4 [0; 1]) (Sgm (Sum 2 (Mul (Ten 3 [0; 1]) (Tnh (Sum 1 (Mul (Ten 2 [0; 1]) (Ten 0 [0])))))))))) (Inv (Sum 0 (Exp (Sum 3 (Mul (Ten 4 [0; 1]) (Sgm (Sum 2 (Mul (Ten 3 [0; 1]) (Tnh (Sum 1 (Mul (Ten 2 [0; 1]) (Ten 0 [0])))))))))))))) (Ten 4 [2; 0]))))%nat.
Qed.
